#include "chain/chain.h"

#include <cstring>
#include <nlohmann/json.hpp>

#include "core/memory.h"
#include "core/runtime.h"

namespace lineside {
namespace {

const char* type_name(ElementType type) {
  const char* const names[] = {"f32", "f16", "u8", "bf16", "i32", "i64"};
  return names[static_cast<uint32_t>(type)];
}

std::string described(const Tensor& tensor) {
  return shape_text(tensor.shape) + " " + type_name(tensor.type);
}

Tensor letterbox_tensor(const LetterboxOptions& options) {
  const int64_t channels = options.order == ChannelOrder::kGrey ? 1 : 3;
  Tensor tensor;
  tensor.name = "letterbox";
  tensor.type = options.type;
  tensor.shape = options.layout == Layout::kNchw
                     ? std::vector<int64_t>{1, channels, options.height, options.width}
                     : std::vector<int64_t>{1, options.height, options.width, channels};
  return tensor;
}

bool known(const Tensor& tensor) {
  for (int64_t extent : tensor.shape) {
    if (extent <= 0) return false;
  }
  return !tensor.shape.empty();
}

Tensor copy_of(const Tensor& tensor) {
  Tensor copy = tensor;
  copy.owner = allocate(tensor_bytes(tensor));
  copy.data = copy.owner.get();
  std::memcpy(copy.data, tensor.data, tensor_bytes(tensor));
  return copy;
}

}  // namespace

std::string letterbox_mismatch(const LetterboxOptions& options, const Tensor& input) {
  const Tensor made = letterbox_tensor(options);
  if (made.shape == input.shape && made.type == input.type) return "";
  return "the letterbox makes " + described(made) + " and the engine's input is " +
         described(input);
}

Chain::Chain(Runtime& runtime, ChainOptions options, std::shared_ptr<Engine> engine,
             std::shared_ptr<Observer> observer)
    : Object(runtime),
      options_(std::move(options)),
      engine_(std::move(engine)),
      observer_(std::move(observer)) {
  if (engine_) check_engine();
}

void Chain::check_engine() const {
  engine_->check_loaded();
  if (engine_->state() != Engine::State::kReady) return;  // then the first job finds out
  if (options_.letterbox) {
    const Tensor& input = engine_->input();
    const std::string problem = letterbox_mismatch(fitted(input), input);
    if (!problem.empty()) throw Error(LS_ERR_CONFIG, problem);
  }
  if (!options_.nms) check_decoded();
  if (!options_.nms || !options_.letterbox) return;
  DetectOptions nms = *options_.nms;
  nms.input_width = options_.letterbox->width;
  nms.input_height = options_.letterbox->height;
  std::string problem;
  if (engine_->head()) {
    problem = check_maps(engine_->outputs(), *engine_->head(), nms);
    if (problem.empty()) return;
    throw Error(LS_ERR_CONFIG, "nms: " + problem);
  }
  for (const Tensor& output : engine_->outputs()) {
    if (!known(output)) return;
    const std::string mismatch = check_output(output, nms);
    if (mismatch.empty()) return;
    problem += (problem.empty() ? "" : "; ") + mismatch;
  }
  throw Error(LS_ERR_CONFIG, "nms: " + problem);
}

LetterboxOptions Chain::fitted(const Tensor& input) const {
  LetterboxOptions options = *options_.letterbox;
  if (!engine_->input_layout()) return options;
  options.layout = *engine_->input_layout();
  options.type = input.type;
  return options;
}

void Chain::check_decoded() const {
  if (!engine_->head()) return;
  throw Error(LS_ERR_CONFIG,
              "the engine was opened with decode: native, so that only nms can read its outputs");
}

void Chain::submit(ls_handle frame, uint32_t token) {
  Job job;
  job.submitted = Clock::now();
  job.frame = runtime().take_frame(frame);
  job.handle = frame;
  job.token = token;
  job.chain = std::static_pointer_cast<Chain>(shared_from_this());
  job.geometry = job.frame->geometry;
  {
    std::lock_guard lock(mutex_);
    if (closing_) throw Error(LS_ERR_CLOSED, "the chain is closing");
    ++in_flight_;
    ++submitted_;
  }
  try {
    if (engine_) {
      engine_->submit(std::move(job));
    } else {
      auto shared = std::make_shared<Job>(std::move(job));
      runtime().pool().post([shared] {
        shared->chain->run_alone(*shared);
        const auto chain = shared->chain;
        chain->answer(*shared);
      });
    }
  } catch (...) {
    std::lock_guard lock(mutex_);
    --in_flight_;
    --submitted_;
    throw;
  }
}

void Chain::write_input(Job& job, const Tensor& input, void* out) const {
  if (options_.letterbox) {
    const LetterboxOptions options = fitted(input);
    const std::string problem = letterbox_mismatch(options, input);
    if (!problem.empty()) throw Error(LS_ERR_CONFIG, problem);
    job.geometry = letterbox(job.frame->picture, options, out);
    return;
  }
  if (job.frame->tensors.empty()) {
    throw Error(LS_ERR_ARGUMENT, "the frame has no tensor to infer from: letterbox it first");
  }
  const Tensor& tensor = job.frame->tensors[0];
  if (tensor.shape != input.shape || tensor.type != input.type) {
    throw Error(LS_ERR_CONFIG, "the frame's tensor is " + described(tensor) +
                                   " and the engine's input is " + described(input));
  }
  std::memcpy(out, tensor.data, tensor_bytes(tensor));
}

void Chain::read_outputs(Job& job, const std::vector<Tensor>& outputs) const {
  const auto begun = Clock::now();
  if (options_.nms) {
    suppress(job, outputs);
  } else {
    check_decoded();
    if (observer_) {
      observer_->observe(outputs);
    } else {
      derive(job, outputs);
    }
  }
  job.stage_ms[kStagePostprocess] = milliseconds(Clock::now() - begun);
}

void Chain::derive(Job& job, const std::vector<Tensor>& outputs) const {
  job.derived = std::make_shared<Frame>(*job.frame);
  job.derived->tensors.clear();
  for (const Tensor& output : outputs) job.derived->tensors.push_back(copy_of(output));
  if (!options_.letterbox) return;
  job.derived->letterboxed = true;
  job.derived->letterbox = fitted(engine_->input());
  job.derived->geometry = job.geometry;
}

void Chain::suppress(Job& job, const std::vector<Tensor>& outputs) const {
  const LetterboxOptions* input = options_.letterbox       ? &*options_.letterbox
                                  : job.frame->letterboxed ? &job.frame->letterbox
                                                           : nullptr;
  if (!input) {
    throw Error(LS_ERR_ARGUMENT,
                "the frame was not letterboxed: its boxes cannot be mapped back to the picture");
  }
  DetectOptions nms = *options_.nms;
  nms.input_width = input->width;
  nms.input_height = input->height;
  std::string problem;
  if (engine_ && engine_->head()) {
    problem = check_maps(outputs, *engine_->head(), nms);
    if (problem.empty()) {
      return detect_maps(outputs, *engine_->head(), nms, job.geometry, job.detections);
    }
    throw Error(LS_ERR_CONFIG, "nms: " + problem);
  }
  for (const Tensor& output : outputs) {
    const std::string mismatch = check_output(output, nms);
    if (mismatch.empty()) return detect(output, nms, job.geometry, job.detections);
    problem += (problem.empty() ? "" : "; ") + mismatch;
  }
  throw Error(LS_ERR_CONFIG, "nms: " + (problem.empty() ? "the frame has no outputs" : problem));
}

void Chain::run_alone(Job& job) const {
  const auto begun = Clock::now();
  job.stage_ms[kStageQueue] = milliseconds(begun - job.submitted);
  try {
    if (options_.nms) {
      suppress(job, job.frame->tensors);
      job.stage_ms[kStagePostprocess] = milliseconds(Clock::now() - begun);
      return;
    }
    job.derived = std::make_shared<Frame>(*job.frame);
    Tensor tensor = letterbox_tensor(*options_.letterbox);
    tensor.owner = allocate(letterbox_bytes(*options_.letterbox));
    tensor.data = tensor.owner.get();
    job.derived->geometry =
        letterbox(job.frame->picture, *options_.letterbox, tensor.data, &runtime().pool().rows());
    job.derived->letterboxed = true;
    job.derived->letterbox = *options_.letterbox;
    job.derived->tensors = {std::move(tensor)};
    job.stage_ms[kStageLetterbox] = milliseconds(Clock::now() - begun);
  } catch (...) {
    const Failure failure = current_failure();
    job.status = failure.status;
    job.message = failure.message;
    job.derived = nullptr;
  }
}

void Chain::answer(Job& job) {
  Answer answer;
  answer.object = handle();
  answer.token = job.token;
  answer.frame = job.handle;
  if (job.derived) {
    try {
      answer.frame = runtime().add(FramePtr(job.derived));
      runtime().release_frame(job.handle);
    } catch (const Error& error) {
      // No handle is left, or the caller released a frame that it had handed over.
      job.status = error.status();
      job.message = error.what();
      job.derived = nullptr;
    }
  }
  answer.status = job.status;
  std::memcpy(answer.stage_ms, job.stage_ms, sizeof answer.stage_ms);
  if (job.status != LS_OK) {
    answer.payload = std::move(job.message);
  } else {
    answer.payload.assign(reinterpret_cast<const char*>(job.detections.data()),
                          job.detections.size() * sizeof(ls_detection));
  }
  answer.picture = job.derived ? std::move(job.derived) : std::move(job.frame);
  job.frame = nullptr;
  runtime().done(std::move(answer));

  std::unique_lock lock(mutex_);
  ++(job.status == LS_OK ? done_ : failed_);
  const bool last = --in_flight_ == 0 && closing_;
  lock.unlock();
  if (last) runtime().closed(*this);
}

void Chain::close() {
  std::unique_lock lock(mutex_);
  closing_ = true;
  const bool idle = in_flight_ == 0;
  lock.unlock();
  if (idle) runtime().closed(*this);
}

std::string Chain::stats() const {
  std::lock_guard lock(mutex_);
  return nlohmann::json{{"kind", "chain"},
                        {"submitted", submitted_},
                        {"done", done_},
                        {"failed", failed_},
                        {"inFlight", in_flight_}}
      .dump();
}

}  // namespace lineside
