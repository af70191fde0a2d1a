// What a backend says of a head that it leaves undecoded.
#pragma once

#include <string>

#include "postprocess/head_maps.h"

namespace lineside {

// Reads "head" of lineside_backend.h. Throws Error(LS_ERR_UNSUPPORTED).
HeadMaps parse_head_maps(const std::string& json);

}  // namespace lineside
