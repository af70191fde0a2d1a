// The entry point ls_devices.
#include <cstring>

#include "chain/backend.h"
#include "core/c_api.h"
#include "core/error.h"
#include "media/devices.h"

using namespace lineside;

uint32_t ls_devices(ls_runtime* runtime, char* out, uint32_t capacity) {
  std::string text;
  const int32_t status = guarded(nullptr, [&] {
    text = describe_devices(describe_backends(runtime_of(runtime).options().backend_path));
  });
  if (status != LS_OK) return 0;
  const auto needed = static_cast<uint32_t>(text.size() + 1);
  if (out && capacity >= needed) std::memcpy(out, text.c_str(), needed);
  return needed;
}
