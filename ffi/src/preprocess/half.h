// Half-precision numbers by their bits.
#pragma once

#include <cstdint>

namespace lineside {

// Rounds to nearest, ties to even.
uint16_t to_half(float value);
float from_half(uint16_t half);

}  // namespace lineside
