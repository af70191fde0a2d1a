// What a handle other than a frame's stands for: a source, engine, chain, observer or sink.
#pragma once

#include <memory>
#include <string>

#include "lineside.h"

namespace lineside {

class Runtime;

class Object : public std::enable_shared_from_this<Object> {
 public:
  explicit Object(Runtime& runtime) : runtime_(runtime) {}
  // Runs on a pool thread, or in ls_runtime_destroy: it may join the object's own threads.
  virtual ~Object() = default;
  Object(const Object&) = delete;
  Object& operator=(const Object&) = delete;

  // "source", "engine", "chain" …: for messages.
  virtual const char* kind() const = 0;

  // ls_close: called once. Begins to close and returns at once; when all that was submitted has
  // been answered, the object calls runtime().closed(*this), from any thread, perhaps in here.
  // Calls may still race with it: an object that takes work checks under its own lock.
  virtual void close() = 0;

  // JSON, for ls_stats. Called on any thread, also while closing.
  virtual std::string stats() const = 0;

  Runtime& runtime() const { return runtime_; }
  ls_handle handle() const { return handle_; }  // set by Runtime::add

 private:
  friend class Runtime;
  Runtime& runtime_;
  ls_handle handle_ = 0;
};

}  // namespace lineside
