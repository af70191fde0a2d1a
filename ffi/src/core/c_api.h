// The pointer that callers hold, opened for the entry points.
#pragma once

#include "core/runtime.h"

struct ls_runtime {
  explicit ls_runtime(const lineside::RuntimeOptions& options) : runtime(options) {}
  lineside::Runtime runtime;
};

namespace lineside {

// The runtime behind the pointer; throws Error(LS_ERR_ARGUMENT) for null.
inline Runtime& runtime_of(ls_runtime* runtime) {
  if (!runtime) throw Error(LS_ERR_ARGUMENT, "runtime is a null pointer");
  return runtime->runtime;
}

// Throws Error(LS_ERR_ARGUMENT) if `pointer` is null.
inline void require(const void* pointer, const char* name) {
  if (!pointer) throw Error(LS_ERR_ARGUMENT, std::string(name) + " is a null pointer");
}

// As ls_stats answers: copies what fits, with its terminator, and returns the bytes it needs.
inline uint32_t copy_text(const std::string& text, char* out, uint32_t capacity) {
  if (text.empty()) return 0;
  if (out && capacity > 0) {
    const size_t size = text.size() < capacity ? text.size() : capacity - 1;
    text.copy(out, size);
    out[size] = 0;
  }
  return static_cast<uint32_t>(text.size() + 1);
}

}  // namespace lineside
