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

}  // namespace lineside
