// The entry points on observers.
#include "core/c_api.h"
#include "observe/observer.h"

using namespace lineside;

extern "C" {

int32_t ls_observer_create(ls_runtime* runtime, const char* config, ls_handle* out,
                           ls_error* error) {
  return guarded(error, [&] {
    Runtime& owner = runtime_of(runtime);
    require(out, "out");
    *out = owner.add(
        std::shared_ptr<Object>(std::make_shared<Observer>(owner, parse_observer_options(config))));
  });
}

int32_t ls_observer_submit(ls_runtime* runtime, ls_handle observer, ls_handle frame,
                           uint32_t token) {
  return guarded(nullptr, [&] {
    runtime_of(runtime).find<Observer>(observer, "observer")->submit(frame, token);
  });
}

int32_t ls_observer_read(ls_runtime* runtime, ls_handle observer, uint32_t index, ls_histogram* out,
                         uint64_t* bins, uint32_t capacity, ls_error* error) {
  return guarded(error, [&] {
    require(out, "out");
    runtime_of(runtime).find<Observer>(observer, "observer")->read(index, *out, bins, capacity);
  });
}

int32_t ls_observer_read_channels(ls_runtime* runtime, ls_handle observer, uint32_t index,
                                  ls_channel* out, uint32_t capacity, ls_error* error) {
  return guarded(error, [&] {
    runtime_of(runtime).find<Observer>(observer, "observer")->read_channels(index, out, capacity);
  });
}

}  // extern "C"
