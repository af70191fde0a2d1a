// Passes over values, each with a kernel for AVX2 that gives what the portable one gives.
#pragma once

#include <cstddef>
#include <cstdint>

namespace lineside {

struct Scan {
  bool finite = true;  // else only this is meant
  float min = 0;
  float max = 0;
  double sum = 0;           // of values in eight lanes: the same on every processor
  double sum_absolute = 0;  // as sum
};

// Of at least one value. Zeros have no sign in it.
Scan scan(const float* values, size_t count);

// Of `rows` rows, at least one, of finite values, one a channel in each row: least, greatest (zeros
// have no sign) and sum of each channel.
void scan_channels(const float* values, size_t rows, size_t channels, float* min, float* max,
                   double* sum);

// floor(value * scale) for each; scale is a power of two, the result fits an int32. A negative
// value that underflows is still in -1.
void floor_scaled(const float* values, size_t count, float scale, int32_t* out);

}  // namespace lineside
