#include "core/completions.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>

namespace lineside {

void Completions::push(Completion completion) {
  bool wake;
  {
    std::lock_guard lock(mutex_);
    completion.head.payload_size = static_cast<uint32_t>(completion.payload.size());
    queue_.push_back(std::move(completion));
    wake = sleeper_;
  }
  if (wake) arrived_.notify_one();
}

uint32_t Completions::wait(double timeout) {
  std::unique_lock lock(mutex_);
  const auto ready = [this] { return woken_ || !queue_.empty(); };
  if (!ready()) {
    sleeper_ = true;
    // A year stands for ever: a longer wait would overflow the clock.
    const double seconds = std::isnan(timeout) ? 0 : std::clamp(timeout, 0.0, 3.2e7);
    arrived_.wait_for(lock, std::chrono::duration<double>(seconds), ready);
    sleeper_ = false;
  }
  woken_ = false;
  return static_cast<uint32_t>(queue_.size());
}

void Completions::wake() {
  {
    std::lock_guard lock(mutex_);
    woken_ = true;
  }
  arrived_.notify_one();
}

uint32_t Completions::take(ls_completion* out, uint32_t capacity, void* payload,
                           uint32_t payload_capacity, uint32_t* needed) {
  if (needed) *needed = 0;
  std::lock_guard lock(mutex_);
  uint32_t count = 0;
  uint64_t used = 0;
  while (count < capacity && !queue_.empty()) {
    const Completion& next = queue_.front();
    const uint64_t size = next.payload.size();
    if (size > 0 && used + size > payload_capacity) {
      if (count == 0 && needed) *needed = static_cast<uint32_t>(size);
      break;
    }
    out[count] = next.head;
    out[count].payload_offset = size ? static_cast<uint32_t>(used) : 0;
    if (size) std::memcpy(static_cast<char*>(payload) + used, next.payload.data(), size);
    // Aligned, so that a payload of structs can be read where it lies.
    used = (used + size + 7) & ~uint64_t{7};
    queue_.pop_front();
    ++count;
  }
  return count;
}

uint32_t Completions::waiting() const {
  std::lock_guard lock(mutex_);
  return static_cast<uint32_t>(queue_.size());
}

void Completions::discard(const std::function<void(const Completion&)>& fn) {
  std::deque<Completion> queue;
  {
    std::lock_guard lock(mutex_);
    queue.swap(queue_);
  }
  for (const Completion& completion : queue) fn(completion);
}

}  // namespace lineside
