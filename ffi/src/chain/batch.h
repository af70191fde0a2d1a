// One request of an engine and the jobs that ride in it.
#pragma once

#include <atomic>
#include <vector>

#include "chain/job.h"
#include "core/tensor.h"

namespace lineside {

class Engine;

struct Batch {
  Engine* engine = nullptr;
  uint32_t request = 0;
  Tensor input;  // of the whole batch

  std::vector<Job> jobs;     // reserved once: slot i is job i's
  int unwritten = 0;         // places whose input is still being written
  bool sealed = false;       // takes no more jobs
  Clock::time_point oldest;  // when its first job was submitted
  Clock::time_point started, began, finished;
  std::atomic<int> unread{0};  // jobs that still read the outputs
};

}  // namespace lineside
