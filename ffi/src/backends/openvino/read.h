// Models from files.
#pragma once

#include <openvino/openvino.hpp>
#include <string>

namespace lineside {

// Throws Error(LS_ERR_FORMAT).
std::shared_ptr<ov::Model> read_model(const std::string& path);

}  // namespace lineside
