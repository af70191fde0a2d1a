// The one queue through which native threads tell the caller what has happened.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>

#include "lineside.h"

namespace lineside {

struct Completion {
  ls_completion head{};
  std::string payload;
};

class Completions {
 public:
  void push(Completion completion);

  // As ls_wait, ls_wake and ls_take.
  uint32_t wait(double timeout);
  void wake();
  uint32_t take(ls_completion* out, uint32_t capacity, void* payload, uint32_t payload_capacity,
                uint32_t* needed);
  uint32_t waiting() const;

  // Empties the queue, showing each completion that nobody will take.
  void discard(const std::function<void(const Completion&)>& fn);

 private:
  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<Completion> queue_;
  bool woken_ = false;
  bool sleeper_ = false;
};

}  // namespace lineside
