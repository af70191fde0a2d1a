// Finds inference backends: shared libraries named liblineside_NAME.so.
#pragma once

#include <string>

#include "lineside_backend.h"

namespace lineside {

// "" stands for the folder that liblineside.so is in. A backend stays loaded once it was found.
// "auto" takes the first of tensorrt, openvino that loads. Throws Error(LS_ERR_NOT_FOUND), or
// LS_ERR_UNSUPPORTED for one of another version.
const ls_backend& load_backend(const std::string& name, const std::string& folder);

// JSON for ls_devices: what each backend says of itself, or why it does not load.
std::string describe_backends(const std::string& folder);

}  // namespace lineside
