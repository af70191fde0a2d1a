// The entry points on the library, the runtime, its completions and objects.
#include <time.h>

#include <cstring>

#include "core/c_api.h"

using namespace lineside;

extern "C" {

uint32_t ls_abi_version(void) { return LS_ABI_VERSION; }

uint32_t ls_version(char* out, uint32_t capacity) { return copy_text("0.1.0", out, capacity); }

double ls_now(void) {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

int32_t ls_runtime_create(const char* config, ls_runtime** out, ls_error* error) {
  return guarded(error, [&] {
    require(out, "out");
    *out = nullptr;
    *out = new ls_runtime(parse_runtime_options(config));
  });
}

uint32_t ls_runtime_destroy(ls_runtime* runtime) {
  if (!runtime) return 0;
  const uint32_t leaked = runtime->runtime.shut_down();
  delete runtime;
  return leaked;
}

uint32_t ls_wait(ls_runtime* runtime, double timeout) {
  return runtime ? runtime->runtime.completions().wait(timeout) : 0;
}

void ls_wake(ls_runtime* runtime) {
  if (runtime) runtime->runtime.completions().wake();
}

uint32_t ls_take(ls_runtime* runtime, ls_completion* out, uint32_t capacity, void* payload,
                 uint32_t payload_capacity, uint32_t* needed) {
  if (needed) *needed = 0;
  if (!runtime || !out) return 0;
  return runtime->runtime.completions().take(out, capacity, payload, payload ? payload_capacity : 0,
                                             needed);
}

int32_t ls_close(ls_runtime* runtime, ls_handle object) {
  return guarded(nullptr, [&] { runtime_of(runtime).close(object); });
}

uint32_t ls_stats(ls_runtime* runtime, ls_handle object, char* out, uint32_t capacity) {
  uint32_t size = 0;
  guarded(nullptr, [&] { size = copy_text(runtime_of(runtime).stats(object), out, capacity); });
  return size;
}

}  // extern "C"
