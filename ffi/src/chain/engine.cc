// How an engine is opened, closed and described; engine_batches.cc has how it works.
#include "chain/engine.h"

#include <pthread.h>

#include <nlohmann/json.hpp>

#include "chain/backend.h"
#include "chain/chain.h"
#include "chain/engine_head.h"
#include "chain/model_file.h"
#include "core/memory.h"
#include "core/runtime.h"

namespace lineside {
namespace {

[[noreturn]] void fail_with(const ls_error& error) {
  throw Error(static_cast<ls_status>(error.status), error.message);
}

Tensor tensor_of(const ls_backend_tensor& source) {
  Tensor tensor;
  tensor.name = source.info.name;
  tensor.type = static_cast<ElementType>(source.info.type);
  tensor.shape.assign(source.info.shape, source.info.shape + source.info.rank);
  tensor.data = source.data;
  return tensor;
}

}  // namespace

Engine::Engine(Runtime& runtime, EngineOptions options)
    : Object(runtime), options_(std::move(options)) {}

Engine::~Engine() {
  if (thread_.joinable()) thread_.join();
}

void Engine::begin() {
  thread_ = std::thread([this] { run(); });
  pthread_setname_np(thread_.native_handle(), "ls-engine");
}

void Engine::load() {
  check_model_file(options_.model);
  backend_ = &load_backend(options_.backend, runtime().options().backend_path);
  ls_error error{};
  if (backend_->open(options_.json.c_str(), &engine_, &error) != LS_OK) fail_with(error);

  const auto info = nlohmann::json::parse(backend_->info(engine_));
  streams_ = info.value("streams", 1);
  if (const auto head = info.find("head"); head != info.end()) {
    head_ = parse_head_maps(head->dump());
  }
  const auto& first = info.at("inputs").at(0);
  if (first.contains("layout")) {
    input_layout_ = first.at("layout") == "NHWC" ? Layout::kNhwc : Layout::kNchw;
  }
  for (uint32_t request = 0; request < backend_->request_count(engine_); ++request) {
    ls_backend_tensor input{};
    if (backend_->input(engine_, request, 0, &input, &error) != LS_OK) fail_with(error);
    auto batch = std::make_unique<Batch>();
    batch->engine = this;
    batch->request = request;
    batch->input = tensor_of(input);
    batch->jobs.reserve(options_.batch);
    batches_.push_back(std::move(batch));
  }
  input_ = batches_.at(0)->input;
  input_.data = nullptr;
  input_.shape.at(0) = 1;
  for (uint32_t index = 0; index < backend_->output_count(engine_); ++index) {
    ls_backend_tensor output{};
    if (backend_->output(engine_, 0, index, &output, &error) != LS_OK) fail_with(error);
    outputs_.push_back(tensor_of(output));
    if (!outputs_.back().shape.empty()) outputs_.back().shape[0] = 1;
  }
}

void Engine::run() {
  try {
    load();
    std::unique_lock lock(mutex_);
    for (const auto& batch : batches_) free_.push_back(batch.get());
    state_ = State::kReady;
    runtime().opened(*this, backend_->info(engine_));
    gather(lock);
  } catch (...) {
    const Failure failure = current_failure();
    {
      std::lock_guard lock(mutex_);
      state_ = State::kFailed;
      load_status_ = failure.status;
      load_message_ = failure.message;
    }
    runtime().failed(*this, failure.status, failure.message);
    reject_waiting();
  }

  std::unique_lock lock(mutex_);
  while (!(closing_ && waiting_.empty() && in_flight_ == 0)) {
    if (!open_) {
      changed_.wait(lock);
    } else if (closing_ || changed_.wait_until(lock, deadline()) == std::cv_status::timeout) {
      gather(lock);
    }
  }
  lock.unlock();
  if (engine_) backend_->close(engine_);
  engine_ = nullptr;
  runtime().closed(*this);
}

void Engine::close() {
  std::lock_guard lock(mutex_);
  closing_ = true;
  changed_.notify_all();
}

Engine::State Engine::state() const {
  std::lock_guard lock(mutex_);
  return state_;
}

void Engine::check_loaded() const {
  std::lock_guard lock(mutex_);
  if (state_ == State::kFailed) throw Error(load_status_, load_message_);
}

std::string Engine::stats() const {
  std::lock_guard lock(mutex_);
  const char* const states[] = {"loading", "ready", "failed"};
  return nlohmann::json{{"kind", "engine"},
                        {"state", states[static_cast<int>(state_)]},
                        {"frames", frames_},
                        {"batches", runs_},
                        {"meanBatch", runs_ ? static_cast<double>(frames_) / runs_ : 0.0},
                        {"failures", failures_},
                        {"queued", waiting_.size()},
                        {"inFlight", in_flight_},
                        {"inferenceSeconds", busy_}}
      .dump();
}

std::vector<Tensor> Engine::read(const Batch& batch, int slot) const {
  std::vector<Tensor> outputs;
  const int64_t places = batch.input.shape[0];
  for (uint32_t index = 0; index < outputs_.size(); ++index) {
    ls_error error{};
    ls_backend_tensor source{};
    if (backend_->output(engine_, batch.request, index, &source, &error) != LS_OK) fail_with(error);
    Tensor tensor = tensor_of(source);
    if (places > 1) {
      if (tensor.shape.empty() || tensor.shape[0] != places) {
        throw Error(LS_ERR_FORMAT, "output " + tensor.name + " is " + shape_text(tensor.shape) +
                                       " for a batch of " + std::to_string(places) +
                                       ": its first size should be the batch");
      }
      tensor.shape[0] = 1;
      tensor.data = static_cast<char*>(tensor.data) + slot * tensor_bytes(tensor);
    }
    outputs.push_back(std::move(tensor));
  }
  return outputs;
}

}  // namespace lineside
