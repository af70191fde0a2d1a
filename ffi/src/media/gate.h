// The bounded place between a source's own thread and the credit its consumer gives: what waits,
// what is dropped, and in which order everything leaves.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>

#include "core/frame.h"

namespace lineside {

enum class DropPolicy : uint8_t { kBlock, kDropOldest, kDropNewest, kLatest };

class Gate {
 public:
  using Give = std::function<void(FramePtr)>;
  using Last = std::function<void()>;

  struct Counts {
    uint64_t given = 0;
    uint64_t dropped_oldest = 0;  // by policy drop-oldest or latest: no credit, queue full
    uint64_t dropped_newest = 0;  // by policy drop-newest
    uint64_t dropped_closed = 0;  // waiting when the source was closed
    uint32_t waiting = 0;
    uint32_t peak = 0;  // most that ever waited
    uint64_t credit = 0;
  };

  // `give` is called in order, under the gate's lock: it must be quick and not come back here.
  // `capacity` frames may wait (latest: one).
  Gate(DropPolicy policy, uint32_t capacity, Give give);

  // From the source's thread. With kBlock it waits while the queue is full. False once closed.
  bool push(FramePtr frame);

  // From any thread: gives what waits, as far as `frames` more allow.
  void credit(uint32_t frames);

  // Calls `last` (END or FAILED) once everything that waits has been given; never after close().
  void finish(Last last);

  // Wakes push(), forgets what waits. Nothing is given once it has returned.
  void close();

  Counts counts() const;

 private:
  void give_waiting();  // under the lock

  const DropPolicy policy_;
  const uint32_t capacity_;
  const Give give_;
  mutable std::mutex mutex_;
  std::condition_variable room_;
  std::deque<FramePtr> queue_;
  Last last_;
  Counts counts_;
  bool closed_ = false;
};

}  // namespace lineside
