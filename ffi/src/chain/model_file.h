// A first look at a model's file, so that a wrong one is called by its name.
#pragma once

#include <string>

namespace lineside {

// Throws Error(LS_ERR_NOT_FOUND) if there is no such file, LS_ERR_IO if it cannot be read, and for
// a name ending in .onnx LS_ERR_FORMAT unless its bytes are a whole ONNX ModelProto (protobuf wire
// format, onnx.proto: the top-level fields are walked, the graph in field 7 is not entered).
void check_model_file(const std::string& path);

}  // namespace lineside
