#include "media/gate.h"

#include <algorithm>
#include <utility>

namespace lineside {

Gate::Gate(DropPolicy policy, uint32_t capacity, Give give)
    : policy_(policy),
      capacity_(policy == DropPolicy::kLatest ? 1 : std::max<uint32_t>(1, capacity)),
      give_(std::move(give)) {}

bool Gate::push(FramePtr frame) {
  FramePtr dropped;  // freed after the lock: unmapping a picture may take GStreamer's locks
  std::unique_lock<std::mutex> lock(mutex_);
  if (policy_ == DropPolicy::kBlock) {
    room_.wait(lock, [this] { return closed_ || queue_.size() < capacity_; });
  }
  if (closed_) return false;
  if (queue_.size() >= capacity_) {
    if (policy_ == DropPolicy::kDropNewest) {
      counts_.dropped_newest++;
      dropped = std::move(frame);
      return true;
    }
    counts_.dropped_oldest++;
    dropped = std::move(queue_.front());
    queue_.pop_front();
  }
  queue_.push_back(std::move(frame));
  give_waiting();
  counts_.peak = std::max(counts_.peak, static_cast<uint32_t>(queue_.size()));
  return true;
}

void Gate::credit(uint32_t frames) {
  std::lock_guard<std::mutex> lock(mutex_);
  counts_.credit += frames;
  give_waiting();
}

void Gate::finish(Last last) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (closed_) return;
  last_ = std::move(last);
  give_waiting();
}

void Gate::close() {
  std::deque<FramePtr> waiting;
  std::lock_guard<std::mutex> lock(mutex_);
  closed_ = true;
  last_ = nullptr;
  counts_.dropped_closed += queue_.size();
  waiting.swap(queue_);
  room_.notify_all();
}

void Gate::give_waiting() {
  if (closed_) return;
  bool any = false;
  while (!queue_.empty() && counts_.credit > 0) {
    counts_.credit--;
    counts_.given++;
    give_(std::move(queue_.front()));
    queue_.pop_front();
    any = true;
  }
  if (any) room_.notify_one();
  if (queue_.empty() && last_) std::exchange(last_, nullptr)();
}

Gate::Counts Gate::counts() const {
  std::lock_guard<std::mutex> lock(mutex_);
  Counts counts = counts_;
  counts.waiting = static_cast<uint32_t>(queue_.size());
  return counts;
}

}  // namespace lineside
