// A loaded model. Gathers the jobs of all its chains into batches and runs them.
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "chain/batch.h"
#include "chain/job.h"
#include "core/object.h"
#include "core/tensor.h"
#include "lineside_backend.h"
#include "postprocess/head_maps.h"
#include "preprocess/letterbox.h"

namespace lineside {

struct EngineOptions {
  std::string backend = "auto";
  std::string model;
  int batch = 1;
  double max_delay = 0;  // seconds that a job may wait for its batch to fill
  std::string json;      // the whole configuration, for the backend
};

// As ls_engine_open's. Throws Error(LS_ERR_CONFIG).
EngineOptions parse_engine_options(const char* config);

class Engine : public Object {
 public:
  enum class State { kLoading, kReady, kFailed };

  Engine(Runtime& runtime, EngineOptions options);
  ~Engine() override;

  const char* kind() const override { return "engine"; }
  void close() override;
  std::string stats() const override;

  void begin();          // starts the thread that loads; after Runtime::add
  void submit(Job job);  // throws Error(LS_ERR_CLOSED)

  State state() const;
  // Of one picture: shape[0] is 1. Valid once ready; output sizes may be dynamic (negative).
  const Tensor& input() const { return input_; }
  const std::vector<Tensor>& outputs() const { return outputs_; }
  // Where the backend wants another input than the model's, its layout; the type is input()'s.
  const std::optional<Layout>& input_layout() const { return input_layout_; }
  // Where the backend left decoding to nms: how the outputs are read.
  const std::optional<HeadMaps>& head() const { return head_; }
  // Throws the error that loading ended with, if it did.
  void check_loaded() const;

 private:
  void run();  // the engine's thread: loads, keeps deadlines, closes
  void load();
  void reject_waiting();

  // Moves waiting jobs into requests and starts what is ready.
  void gather(std::unique_lock<std::mutex>& lock);
  void seal(std::unique_lock<std::mutex>& lock, Batch& batch);
  Clock::time_point deadline() const;  // of the open batch
  void write(Batch& batch, int slot);
  void start(Batch& batch);
  static void done(void* user, int32_t status, const char* message);
  void finished(Batch& batch, ls_status status, const char* message);
  void complete(Batch& batch, int slot);
  std::vector<Tensor> read(const Batch& batch, int slot) const;
  void recycle(Batch& batch);

  const EngineOptions options_;
  const ls_backend* backend_ = nullptr;
  ls_backend_engine* engine_ = nullptr;
  Tensor input_;
  std::vector<Tensor> outputs_;
  std::optional<Layout> input_layout_;
  std::optional<HeadMaps> head_;
  int streams_ = 1;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  State state_ = State::kLoading;
  ls_status load_status_ = LS_OK;
  std::string load_message_;
  bool closing_ = false;
  std::deque<Job> waiting_;
  std::vector<std::unique_ptr<Batch>> batches_;
  std::vector<Batch*> free_;
  Batch* open_ = nullptr;       // takes jobs until it is sealed
  std::deque<Batch*> running_;  // started, in order
  int in_flight_ = 0;           // jobs in batches whose outputs are still needed

  uint64_t frames_ = 0, runs_ = 0, failures_ = 0;
  double busy_ = 0;  // seconds of inference, over all streams
  std::thread thread_;
};

}  // namespace lineside
