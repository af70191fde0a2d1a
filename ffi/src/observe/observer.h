// Counts the values that tensors of many frames take.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/frame.h"
#include "core/object.h"
#include "observe/tally.h"

namespace lineside {

struct ObserverOptions {
  std::vector<uint32_t> tensors;  // indices into a frame's, each once
  int bins = 4096;
  bool channels = false;
  bool channels_last = false;  // of tensors of four dimensions
};

// As ls_observer_create's. Throws Error(LS_ERR_CONFIG).
ObserverOptions parse_observer_options(const char* config);

class Observer : public Object {
 public:
  Observer(Runtime& runtime, ObserverOptions options);

  const char* kind() const override { return "observer"; }
  void close() override;
  std::string stats() const override;

  void submit(ls_handle frame, uint32_t token);
  // The same at once, on the calling thread. Throws Error.
  void observe(const std::vector<Tensor>& tensors);

  // Both throw Error(LS_ERR_ARGUMENT) if `capacity` is not what is there.
  void read(uint32_t index, ls_histogram& out, uint64_t* bins, uint32_t capacity);
  void read_channels(uint32_t index, ls_channel* out, uint32_t capacity);

 private:
  struct Job {
    FramePtr frame;
    ls_handle handle = 0;
    uint32_t token = 0;
    std::atomic<size_t> next{0};  // tensor nobody counts yet
    std::atomic<int> working{0};
    Failure failure{LS_OK, {}};
  };
  struct Place {
    Place(int bins, size_t index) : tally(bins), tensor(index) {}
    std::mutex mutex;
    Tally tally;
    const size_t tensor;
  };

  void begin();  // throws Error(LS_ERR_CLOSED)
  void end(bool counted);
  Failure check(const std::vector<Tensor>& tensors);
  bool channels_last(const Tensor& tensor) const;
  size_t channel_count(const Tensor& tensor) const;
  // Counts tensors from `next` on, until none is left that nobody counts.
  void count(const std::vector<Tensor>& tensors, std::atomic<size_t>& next);
  void work(Job& job);
  void answer(Job& job);
  Place& place(uint32_t index);

  const ObserverOptions options_;
  std::vector<std::unique_ptr<Place>> places_;

  mutable std::mutex mutex_;
  bool shaped_ = false;                        // the channels are known, from the first frame on
  std::vector<std::unique_ptr<Tally>> spare_;  // one for each thread that ever worked at once
  int in_flight_ = 0;
  bool closing_ = false;
  uint64_t submitted_ = 0, done_ = 0, failed_ = 0;
};

}  // namespace lineside
