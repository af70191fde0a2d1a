#include "core/runtime.h"

#include <nlohmann/json.hpp>

#include "core/config.h"

namespace lineside {
namespace {

void describe(ls_completion& head, const Frame& frame) {
  head.width = static_cast<uint32_t>(frame.picture.width);
  head.height = static_cast<uint32_t>(frame.picture.height);
  head.format = frame.picture.format;
  head.pts = frame.pts;
  head.captured = frame.captured;
  head.number = frame.number;
}

Completion about(const Object& object, ls_completion_kind kind, std::string payload = {}) {
  Completion completion;
  completion.head.kind = kind;
  completion.head.object = object.handle();
  completion.payload = std::move(payload);
  return completion;
}

std::string plain(ls_handle handle) { return std::to_string(handle); }

}  // namespace

RuntimeOptions parse_runtime_options(const char* config) {
  RuntimeOptions options;
  if (!config || !*config) return options;
  Config reader(config, "runtime");
  options.threads = static_cast<int>(reader.integer("threads", 0, 0, 1024));
  options.backend_path = reader.string("backendPath", "");
  reader.finish();
  return options;
}

Runtime::Runtime(const RuntimeOptions& options) : options_(options), pool_(options.threads) {}

Runtime::~Runtime() { shut_down(); }

uint32_t Runtime::shut_down() {
  for (const auto& object : handles_.objects()) {
    {
      std::lock_guard lock(mutex_);
      if (!closing_.insert(object->handle()).second) continue;
    }
    object->close();
  }
  {
    std::unique_lock lock(mutex_);
    all_closed_.wait(lock, [this] { return objects_ == 0; });
  }
  pool_.drain();
  completions_.discard([this](const Completion& completion) {
    if (completion.head.frame) handles_.release(completion.head.frame);
  });
  return handles_.clear_frames();
}

ls_handle Runtime::add(const std::shared_ptr<Object>& object) {
  const ls_handle handle = handles_.add(object);
  object->handle_ = handle;
  std::lock_guard lock(mutex_);
  ++objects_;
  return handle;
}

std::shared_ptr<Object> Runtime::open_object(ls_handle handle, const char* kind) const {
  auto object = handles_.object(handle);
  if (!object) {
    throw Error(LS_ERR_HANDLE,
                std::string("there is no ") + kind + " with the handle " + plain(handle));
  }
  std::lock_guard lock(mutex_);
  if (closing_.count(handle)) {
    throw Error(LS_ERR_CLOSED, std::string("the ") + object->kind() + " is closing");
  }
  return object;
}

Error Runtime::wrong_kind(ls_handle handle, const char* kind) {
  return Error(LS_ERR_HANDLE, "the handle " + plain(handle) + " is no " + kind);
}

void Runtime::close(ls_handle handle) {
  auto object = handles_.object(handle);
  if (!object) throw Error(LS_ERR_HANDLE, "there is no object with the handle " + plain(handle));
  {
    std::lock_guard lock(mutex_);
    if (!closing_.insert(handle).second) {
      throw Error(LS_ERR_CLOSED, std::string("the ") + object->kind() + " is closing already");
    }
  }
  object->close();
}

std::string Runtime::stats(ls_handle handle) const {
  if (handle != 0) {
    const auto object = handles_.object(handle);
    return object ? object->stats() : std::string();
  }
  nlohmann::json json = {{"liveFrames", handles_.live_frames()},
                         {"threads", pool_.threads()},
                         {"queuedTasks", pool_.queued()},
                         {"waitingCompletions", completions_.waiting()}};
  std::lock_guard lock(mutex_);
  json["objects"] = objects_;
  return json.dump();
}

void Runtime::opened(const Object& object, std::string json) {
  completions_.push(about(object, LS_OPENED, std::move(json)));
}

void Runtime::failed(const Object& object, ls_status status, std::string message) {
  Completion completion = about(object, LS_FAILED, std::move(message));
  completion.head.status = status;
  completions_.push(std::move(completion));
}

void Runtime::closed(const Object& object) {
  Completion completion = about(object, LS_CLOSED);
  auto last = handles_.remove_object(object.handle());
  completions_.push(std::move(completion));
  // The caller may be a thread that the object's destructor joins.
  pool_.post([last = std::move(last)]() mutable { last.reset(); });
  // Notified under the lock: the runtime may be gone as soon as it is free.
  std::lock_guard lock(mutex_);
  closing_.erase(completion.head.object);
  --objects_;
  all_closed_.notify_all();
}

ls_handle Runtime::add(FramePtr frame) { return handles_.add(std::move(frame)); }

FramePtr Runtime::frame(ls_handle handle) const {
  auto frame = handles_.frame(handle);
  if (!frame) throw Error(LS_ERR_HANDLE, "there is no frame with the handle " + plain(handle));
  return frame;
}

void Runtime::retain_frame(ls_handle handle) {
  if (!handles_.retain(handle)) {
    throw Error(LS_ERR_HANDLE, "there is no frame with the handle " + plain(handle));
  }
}

void Runtime::release_frame(ls_handle handle) {
  if (!handles_.release(handle)) {
    throw Error(LS_ERR_HANDLE, "there is no frame with the handle " + plain(handle));
  }
}

void Runtime::give(const Object& source, FramePtr frame) {
  Completion completion = about(source, LS_FRAME);
  describe(completion.head, *frame);
  completion.head.frame = handles_.add(std::move(frame));
  completions_.push(std::move(completion));
}

void Runtime::end(const Object& source) { completions_.push(about(source, LS_END)); }

void Runtime::done(Answer answer) {
  Completion completion;
  completion.head.kind = LS_DONE;
  completion.head.token = answer.token;
  completion.head.object = answer.object;
  completion.head.frame = answer.frame;
  completion.head.status = answer.status;
  for (int i = 0; i < 6; ++i) completion.head.stage_ms[i] = answer.stage_ms[i];
  if (answer.picture) describe(completion.head, *answer.picture);
  completion.payload = std::move(answer.payload);
  // Freed before the caller can see the completion, so that its counts are true.
  answer.picture = nullptr;
  completions_.push(std::move(completion));
}

}  // namespace lineside
