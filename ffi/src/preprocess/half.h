// 16-bit floating-point numbers by their bits.
#pragma once

#include <cstddef>
#include <cstdint>

namespace lineside {

// Rounds to nearest, ties to even.
uint16_t to_half(float value);
float from_half(uint16_t half);

// The same for bfloat16, the upper half of a float. Not for NaN.
uint16_t to_bfloat(float value);
float from_bfloat(uint16_t bits);

void from_halves(const uint16_t* from, size_t count, float* to);
void from_bfloats(const uint16_t* from, size_t count, float* to);

}  // namespace lineside
