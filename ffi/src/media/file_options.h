// How a file is to be played.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/config.h"
#include "lineside.h"
#include "media/gate.h"

namespace lineside {

struct FileOptions {
  std::string location;
  bool realtime = false;
  uint32_t loop = 1;           // passes; 0 for ever
  double start = 0;            // seconds
  std::optional<double> stop;  // seconds, exclusive
  uint32_t queue = 4;          // frames decoded ahead of the credit
  DropPolicy policy = DropPolicy::kBlock;
  ls_pixel_format format = LS_NONE;  // LS_NONE: the decoder's own where the library knows it
  uint32_t threads = 1;              // of the decoder
};

// Throws Error(LS_ERR_CONFIG).
FileOptions parse_file_options(Config& config);

// Whether there are bytes to read at all. Throws Error(LS_ERR_NOT_FOUND, LS_ERR_IO, LS_ERR_FORMAT).
void check_readable(const std::string& location);

// An ISO base media file (MP4, MOV) whose last box says it is longer than the file: what is
// missing, in a sentence; empty for whole files and other formats.
std::string missing_bytes(const std::string& location);

}  // namespace lineside
