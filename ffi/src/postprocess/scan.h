// Finding the few scores that exceed a threshold among very many.
#pragma once

#include <cstdint>

namespace lineside {

// Writes the indices of the values that are greater than `threshold` (NaN is not), rising, to
// `found`, which has room for `count`; returns how many.
int find_over(const float* values, int count, float threshold, int32_t* found);

}  // namespace lineside
