// Bilinear interpolation of rows of samples, in two steps: along a source row, then between two.
#pragma once

#include <cstdint>

#include "preprocess/taps.h"

namespace lineside {

// A sample of 8 bits is held in 15: its value times 1 << kHeldBits.
constexpr int kHeldBits = 7;
// What colour conversion takes: value times 1 << kFineBits.
constexpr int kFineBits = 6;

// Samples of one channel in a source row: row[step * i].
struct Samples {
  const uint8_t* row = nullptr;
  int step = 1;
};

// out[i]: the row at output position i, held.
void resample_across(const Samples& samples, const Taps& taps, int16_t* out);
// out[i]: the sample at output position i. Only for taps.pick.
void pick_across(const Samples& samples, const Taps& taps, uint8_t* out);

// Mixes two held rows, `weight` (of kTapOne) of the second, down to 8 bits or to fine ones.
void blend_to_bytes(const int16_t* first, const int16_t* second, int weight, int count,
                    uint8_t* out);
void blend_to_fine(const int16_t* first, const int16_t* second, int weight, int count,
                   int16_t* out);

}  // namespace lineside
