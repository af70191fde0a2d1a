#include "core/pool.h"

#include <pthread.h>
#include <sched.h>

#include <algorithm>
#include <atomic>
#include <memory>

namespace lineside {

int available_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) == 0) return std::max(1, CPU_COUNT(&set));
  return std::max(1u, std::thread::hardware_concurrency());
}

Pool::Pool(int threads)
    : rows_(
          [this](int rows, const std::function<void(int, int)>& fn) { parallel_rows(rows, fn); }) {
  if (threads <= 0) threads = available_cores();
  threads_.reserve(threads);
  for (int i = 0; i < threads; ++i) {
    threads_.emplace_back([this] { work(); });
    pthread_setname_np(threads_.back().native_handle(), "ls-pool");
  }
}

Pool::~Pool() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (auto& thread : threads_) thread.join();
}

void Pool::post(Task task) {
  bool wake;
  {
    std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
    wake = sleeping_ > 0;
  }
  if (wake) wake_.notify_one();
}

void Pool::post_urgent(Task task) {
  bool wake;
  {
    std::lock_guard lock(mutex_);
    urgent_.push_back(std::move(task));
    wake = sleeping_ > 0;
  }
  if (wake) wake_.notify_one();
}

void Pool::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    while (urgent_.empty() && tasks_.empty()) {
      if (running_ == 0) idle_.notify_all();
      if (stopping_) return;
      ++sleeping_;
      wake_.wait(lock);
      --sleeping_;
    }
    auto& queue = urgent_.empty() ? tasks_ : urgent_;
    Task task = std::move(queue.front());
    queue.pop_front();
    ++running_;
    lock.unlock();
    task();
    task = nullptr;  // what it holds is let go outside the lock
    lock.lock();
    --running_;
  }
}

void Pool::parallel_rows(int rows, const std::function<void(int, int)>& fn) {
  // Under 64 rows a piece, waking a thread costs more than it saves.
  const int pieces = std::min(threads() + 1, rows / 64);
  if (pieces < 2) {
    if (rows > 0) fn(0, rows);
    return;
  }
  struct Shared {
    std::atomic<int> next{0};
    std::atomic<int> left;
    std::mutex mutex;
    std::condition_variable done;
  };
  auto shared = std::make_shared<Shared>();
  shared->left = pieces;
  auto run = [shared, pieces, rows, &fn] {
    for (int piece; (piece = shared->next.fetch_add(1)) < pieces;) {
      fn(static_cast<int>(int64_t{rows} * piece / pieces),
         static_cast<int>(int64_t{rows} * (piece + 1) / pieces));
      if (shared->left.fetch_sub(1) == 1) {
        std::lock_guard lock(shared->mutex);
        shared->done.notify_all();
      }
    }
  };
  // Helpers that come late find no piece left and never touch `fn`.
  for (int i = 1; i < pieces; ++i) post_urgent(run);
  run();
  std::unique_lock lock(shared->mutex);
  shared->done.wait(lock, [&] { return shared->left == 0; });
}

void Pool::drain() {
  std::unique_lock lock(mutex_);
  idle_.wait(lock, [this] { return urgent_.empty() && tasks_.empty() && running_ == 0; });
}

int Pool::queued() const {
  std::lock_guard lock(mutex_);
  return static_cast<int>(tasks_.size() + urgent_.size());
}

}  // namespace lineside
