// Consecutive native elements as one job: letterbox, inference, suppression; any run of them. In
// place of suppression an observer may count what the engine gives, where that lies.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "chain/engine.h"
#include "chain/job.h"
#include "core/object.h"
#include "observe/observer.h"
#include "postprocess/detect.h"
#include "preprocess/letterbox.h"

namespace lineside {

struct ChainOptions {
  std::optional<LetterboxOptions> letterbox;
  ls_handle engine = 0;  // 0: none
  std::optional<DetectOptions> nms;
  ls_handle observer = 0;  // 0: none
};

// As ls_chain_create's. Throws Error(LS_ERR_CONFIG).
ChainOptions parse_chain_options(const char* config);

class Chain : public Object {
 public:
  // Throws Error(LS_ERR_CONFIG) if what is known of the engine's shapes does not fit.
  Chain(Runtime& runtime, ChainOptions options, std::shared_ptr<Engine> engine,
        std::shared_ptr<Observer> observer);

  const char* kind() const override { return "chain"; }
  void close() override;
  std::string stats() const override;

  void submit(ls_handle frame, uint32_t token);

  // What an engine asks of the chain for a job of it; the first two throw Error.
  void write_input(Job& job, const Tensor& input, void* out) const;
  void read_outputs(Job& job, const std::vector<Tensor>& outputs) const;
  void answer(Job& job);  // the last thing that happens to a job

 private:
  void check_engine() const;
  void run_alone(Job& job) const;  // a chain without an engine
  // The letterbox's options, as the engine wants its input.
  LetterboxOptions fitted(const Tensor& input) const;
  void check_decoded() const;  // throws Error: who reads tensors wants the model's own
  void derive(Job& job, const std::vector<Tensor>& outputs) const;  // a frame that holds them
  void suppress(Job& job, const std::vector<Tensor>& outputs) const;

  const ChainOptions options_;
  const std::shared_ptr<Engine> engine_;
  const std::shared_ptr<Observer> observer_;

  mutable std::mutex mutex_;
  int in_flight_ = 0;
  bool closing_ = false;
  uint64_t submitted_ = 0, done_ = 0, failed_ = 0;
};

// Null if a letterbox's tensor is what `input` (of one picture) wants, else what differs.
std::string letterbox_mismatch(const LetterboxOptions& options, const Tensor& input);

}  // namespace lineside
