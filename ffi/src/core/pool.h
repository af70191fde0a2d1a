// The runtime's threads for short pieces of work: letterboxes, postprocessing, drawing.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "preprocess/letterbox.h"

namespace lineside {

class Pool {
 public:
  using Task = std::function<void()>;

  explicit Pool(int threads);
  ~Pool();  // runs what is queued, then joins
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  // Tasks must not throw and should not block: opening files and models is for threads of one's
  // own. Urgent ones (those that finish a frame) go first.
  void post(Task task);
  void post_urgent(Task task);

  // Splits rows over idle threads; the caller works too, so it never waits for a busy pool.
  void parallel_rows(int rows, const std::function<void(int, int)>& fn);
  const ParallelRows& rows() const { return rows_; }

  // Waits until nothing is queued or running.
  void drain();

  int threads() const { return static_cast<int>(threads_.size()); }
  int queued() const;

 private:
  void work();

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable idle_;
  std::deque<Task> urgent_;
  std::deque<Task> tasks_;
  int running_ = 0;
  int sleeping_ = 0;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
  ParallelRows rows_;
};

// Cores this process may run on.
int available_cores();

}  // namespace lineside
