// How an engine works: jobs wait, gather in a batch, are written into its request, run and are
// read.
//
// Nobody is in charge: whoever makes a step possible (a new job, a written input, a request that
// has been read) takes it. Only a batch that waits for more jobs needs the engine's own thread.
#include <algorithm>

#include "chain/chain.h"
#include "chain/engine.h"
#include "core/memory.h"
#include "core/runtime.h"

namespace lineside {

Clock::time_point Engine::deadline() const {
  return open_->oldest + std::chrono::duration_cast<Clock::duration>(
                             std::chrono::duration<double>(options_.max_delay));
}

void Engine::submit(Job job) {
  std::unique_lock lock(mutex_);
  if (closing_) throw Error(LS_ERR_CLOSED, "the engine is closing");
  waiting_.push_back(std::move(job));
  if (state_ == State::kReady) {
    gather(lock);
  } else if (state_ == State::kFailed) {
    lock.unlock();
    // Not here: the caller has not been told yet that its frame was taken.
    runtime().pool().post([engine = shared_from_this(), this] { reject_waiting(); });
  }
}

void Engine::reject_waiting() {
  std::deque<Job> jobs;
  {
    std::lock_guard lock(mutex_);
    jobs.swap(waiting_);
    changed_.notify_all();
  }
  for (Job& job : jobs) {
    job.status = load_status_;
    job.message = load_message_;
    const auto chain = job.chain;
    chain->answer(job);
  }
}

void Engine::gather(std::unique_lock<std::mutex>& lock) {
  const bool had_open = open_ != nullptr;
  while (!waiting_.empty()) {
    if (!open_) {
      if (free_.empty()) break;
      open_ = free_.back();
      free_.pop_back();
      open_->oldest = waiting_.front().submitted;
    }
    Batch& batch = *open_;
    const int slot = static_cast<int>(batch.jobs.size());
    batch.jobs.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
    ++batch.unwritten;
    ++in_flight_;
    runtime().pool().post([this, &batch, slot] { write(batch, slot); });
    if (slot + 1 == options_.batch) seal(lock, batch);
  }
  if (!open_) return;
  if (closing_ || options_.max_delay == 0 || Clock::now() >= deadline()) {
    seal(lock, *open_);
  } else if (!had_open) {
    changed_.notify_all();
  }
}

void Engine::seal(std::unique_lock<std::mutex>& lock, Batch& batch) {
  open_ = nullptr;
  batch.sealed = true;
  if (batch.unwritten > 0) return;
  lock.unlock();
  start(batch);
  lock.lock();
}

void Engine::write(Batch& batch, int slot) {
  // Batch::jobs was reserved whole, so a job stays where it is while others are added.
  Job& job = batch.jobs[slot];
  const auto begun = Clock::now();
  try {
    char* place = static_cast<char*>(batch.input.data) + slot * tensor_bytes(input_);
    job.chain->write_input(job, input_, place);
    job.stage_ms[kStageLetterbox] = milliseconds(Clock::now() - begun);
  } catch (...) {
    const Failure failure = current_failure();
    job.status = failure.status;
    job.message = failure.message;
  }
  std::unique_lock lock(mutex_);
  --batch.unwritten;
  const bool whole = batch.sealed && batch.unwritten == 0;
  lock.unlock();
  if (whole) start(batch);
}

void Engine::start(Batch& batch) {
  const bool any = std::any_of(batch.jobs.begin(), batch.jobs.end(),
                               [](const Job& job) { return job.status == LS_OK; });
  batch.started = Clock::now();
  {
    std::lock_guard lock(mutex_);
    running_.push_back(&batch);
    if (static_cast<int>(running_.size()) <= streams_) batch.began = batch.started;
  }
  if (!any) return finished(batch, LS_OK, "");
  ls_error error{};
  const auto filled = static_cast<uint32_t>(batch.jobs.size());
  if (backend_->start(engine_, batch.request, filled, &Engine::done, &batch, &error) != LS_OK) {
    finished(batch, static_cast<ls_status>(error.status), error.message);
  }
}

void Engine::done(void* user, int32_t status, const char* message) {
  Batch& batch = *static_cast<Batch*>(user);
  batch.engine->finished(batch, static_cast<ls_status>(status), message);
}

void Engine::finished(Batch& batch, ls_status status, const char* message) {
  const auto now = Clock::now();
  batch.finished = now;
  const int jobs = static_cast<int>(batch.jobs.size());
  if (status != LS_OK) {
    for (Job& job : batch.jobs) {
      if (job.status != LS_OK) continue;
      job.status = status;
      job.message = message;
    }
  }
  {
    std::lock_guard lock(mutex_);
    running_.erase(std::find(running_.begin(), running_.end(), &batch));
    // The backend takes what was started in order: one that waited for a stream has it now.
    if (static_cast<int>(running_.size()) >= streams_) running_[streams_ - 1]->began = now;
    ++runs_;
    frames_ += jobs;
    busy_ += std::chrono::duration<double>(now - batch.began).count();
    if (status != LS_OK) ++failures_;
  }
  batch.unread = jobs;
  // From the last post on, the batch may be in use again.
  Pool& pool = runtime().pool();
  for (int slot = 0; slot < jobs; ++slot) {
    pool.post_urgent([this, &batch, slot] { complete(batch, slot); });
  }
}

void Engine::complete(Batch& batch, int slot) {
  Job job = std::move(batch.jobs[slot]);
  job.stage_ms[kStageInference] = milliseconds(batch.finished - batch.began);
  job.stage_ms[kStageQueue] =
      milliseconds(batch.began - job.submitted) - job.stage_ms[kStageLetterbox];
  const auto chain = job.chain;  // it keeps this engine alive until recycle() has returned
  if (job.status == LS_OK) {
    try {
      chain->read_outputs(job, read(batch, slot));
    } catch (...) {
      const Failure failure = current_failure();
      job.status = failure.status;
      job.message = failure.message;
    }
  }
  // Before the request is free, so that a closing engine's LS_CLOSED comes after this answer.
  chain->answer(job);
  if (batch.unread.fetch_sub(1) == 1) recycle(batch);
}

void Engine::recycle(Batch& batch) {
  std::unique_lock lock(mutex_);
  in_flight_ -= static_cast<int>(batch.jobs.size());
  batch.jobs.clear();
  batch.sealed = false;
  free_.push_back(&batch);
  gather(lock);
  if (closing_ && in_flight_ == 0) changed_.notify_all();
}

}  // namespace lineside
