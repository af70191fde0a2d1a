// Finding the few scores that exceed a threshold among very many.
#pragma once

#include <cstdint>

namespace lineside {

// Writes the indices of the values that are greater than `threshold` (NaN is not), rising, to
// `found`, which has room for `count`; returns how many.
int find_over(const float* values, int count, float threshold, int32_t* found);

// The same for 16-bit floating-point numbers of either kind (f16, bf16) by their bits, which order
// as the numbers do. Some NaNs are found too.
int find_over(const uint16_t* values, int count, uint16_t threshold, int32_t* found);

}  // namespace lineside
