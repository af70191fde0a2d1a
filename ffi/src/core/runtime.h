// What every room of the library hangs on: handles, completions and threads of one ls_runtime.
//
// An object (source, engine, chain, sink) is opened so: construct it, runtime.add() it, let it
// start its own thread, and have that thread call opened() or failed(). It gives frames by frame();
// work submitted to it is answered by exactly one done(); after close() it answers what it still
// has and calls closed() as the very last thing.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "core/completions.h"
#include "core/error.h"
#include "core/frame.h"
#include "core/handles.h"
#include "core/object.h"
#include "core/pool.h"
#include "lineside.h"

namespace lineside {

struct RuntimeOptions {
  int threads = 0;           // 0: one a core
  std::string backend_path;  // empty: the folder that liblineside.so is in
};

// JSON as ls_runtime_create's; null or empty: all defaults. Throws Error(LS_ERR_CONFIG).
RuntimeOptions parse_runtime_options(const char* config);

// How a piece of submitted work ended.
struct Answer {
  ls_handle object = 0;
  uint32_t token = 0;
  ls_handle frame = 0;  // a reference that passes to the caller
  FramePtr picture;     // of that frame, for the completion's size and times
  ls_status status = LS_OK;
  std::string payload;  // the message, if status is not LS_OK
  float stage_ms[6] = {0, 0, 0, 0, 0, 0};
};

class Runtime {
 public:
  explicit Runtime(const RuntimeOptions& options);
  ~Runtime();
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;

  // Closes and drains everything. Frees the frames still held outside and returns their count.
  uint32_t shut_down();

  const RuntimeOptions& options() const { return options_; }
  Pool& pool() { return pool_; }
  Completions& completions() { return completions_; }

  // ---- Objects. The runtime keeps them alive until closed().
  ls_handle add(const std::shared_ptr<Object>& object);
  // Throws Error(LS_ERR_HANDLE) if `handle` is no T ("sink" …), LS_ERR_CLOSED if it is closing.
  template <typename T>
  std::shared_ptr<T> find(ls_handle handle, const char* kind) {
    auto object = std::dynamic_pointer_cast<T>(open_object(handle, kind));
    if (!object) throw wrong_kind(handle, kind);
    return object;
  }
  void close(ls_handle handle);               // ls_close; throws Error
  std::string stats(ls_handle handle) const;  // empty: no such object

  void opened(const Object& object, std::string json);
  void failed(const Object& object, ls_status status, std::string message);
  void closed(const Object& object);

  // ---- Frames.
  ls_handle add(FramePtr frame);           // one reference, the caller's
  FramePtr frame(ls_handle handle) const;  // throws Error(LS_ERR_HANDLE)
  // How a function that TAKES a frame reads it: its reference now belongs to the work, which passes
  // it on in its Answer, or gives it up by release_frame.
  FramePtr take_frame(ls_handle handle) const { return frame(handle); }
  void retain_frame(ls_handle handle);
  void release_frame(ls_handle handle);
  uint32_t live_frames() const { return handles_.live_frames(); }

  // ---- Completions of sources and of work. A frame given is added here.
  void give(const Object& source, FramePtr frame);
  void end(const Object& source);
  void done(Answer answer);

 private:
  std::shared_ptr<Object> open_object(ls_handle handle, const char* kind) const;
  static Error wrong_kind(ls_handle handle, const char* kind);

  RuntimeOptions options_;
  Handles handles_;
  Completions completions_;
  mutable std::mutex mutex_;
  std::condition_variable all_closed_;
  std::set<ls_handle> closing_;
  uint32_t objects_ = 0;
  Pool pool_;  // last: its threads end first
};

}  // namespace lineside
