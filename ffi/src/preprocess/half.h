// 16-bit floating-point numbers by their bits.
#pragma once

#include <cstddef>
#include <cstdint>

namespace lineside {

// Rounds to nearest, ties to even.
uint16_t to_half(float value);
float from_half(uint16_t half);

void from_halves(const uint16_t* from, size_t count, float* to);
// bfloat16: the upper half of a float.
void from_bfloats(const uint16_t* from, size_t count, float* to);

}  // namespace lineside
