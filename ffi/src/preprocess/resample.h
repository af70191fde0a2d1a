// Bilinear interpolation of rows of samples: along a source row first, then between two rows.
// Portable kernels; see kernels.h.
#pragma once

#include <cstdint>

#include "preprocess/across.h"

namespace lineside {

// Between the steps a sample of 8 bits is held in 15: its value times 1 << kHeldBits.
constexpr int kHeldBits = 7;

// out[i]: the row at output position i, held. `row` is the first sample.
void resample_across(const uint8_t* row, const AcrossPlan& plan, int16_t* out);
// The same for three interleaved channels; `plan` has step 3. Channel c goes to out + c * pitch.
void resample_pixels_across(const uint8_t* row, const AcrossPlan& plan, int16_t* out, int pitch);
// From output `i` on.
void resample_pixels_from(int i, const uint8_t* row, const AcrossPlan& plan, int16_t* out,
                          int pitch);

// Mixes two held rows, `weight` (of kTapOne, less than 1) of the second.
void blend_rows(const int16_t* first, const int16_t* second, int weight, int count, int16_t* out);

// The same with cv2.resize's own arithmetic: whole levels, bit for bit what it gives.
void blend_rows_whole(const int16_t* first, const int16_t* second, int weight, int count,
                      int16_t* out);

void held_to_bytes(const int16_t* held, int count, uint8_t* out);

}  // namespace lineside
