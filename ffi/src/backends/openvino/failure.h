// What OpenVINO throws, made readable.
#pragma once

#include <string>

namespace lineside {

// OpenVINO's messages open with source locations and the check that failed, one wrapped in another;
// this is the innermost sentence that says something.
std::string readable(const std::string& openvino_message);

}  // namespace lineside
