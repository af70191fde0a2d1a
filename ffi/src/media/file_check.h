// What can be told of a file without decoding it.
#pragma once

#include <string>

namespace lineside {

// Whether there are bytes to read at all. Throws Error(LS_ERR_NOT_FOUND, LS_ERR_IO, LS_ERR_FORMAT).
void check_readable(const std::string& location);

// For a file in MP4, MOV, AVI or Matroska that says it is longer than it is: a sentence about what
// is missing. Empty for whole files, and for formats that do not say.
std::string missing_bytes(const std::string& location);

}  // namespace lineside
