// The inner loops, in the fastest version that this processor runs. All versions of a kernel give
// the same bytes.
#pragma once

#include <cstdint>

#include "preprocess/across.h"
#include "preprocess/color.h"

namespace lineside {

// Kernels that go from scratch row to scratch row may work in whole blocks: rows have this many
// elements.
constexpr int padded_row(int count) { return (count + 63) / 64 * 64; }

struct Kernels {
  void (*resample_across)(const uint8_t* row, const AcrossPlan& plan, int16_t* out);
  void (*resample_pixels_across)(const uint8_t* row, const AcrossPlan& plan, int16_t* out,
                                 int pitch);
  void (*blend_rows)(const int16_t* first, const int16_t* second, int weight, int count,
                     int16_t* out);
  void (*blend_rows_whole)(const int16_t* first, const int16_t* second, int weight, int count,
                           int16_t* out);
  void (*held_to_bytes)(const int16_t* held, int count, uint8_t* out);
  void (*yuv_to_rgb)(const int16_t* y, const int16_t* u, const int16_t* v, int count,
                     const ColorCoefficients& coefficients, uint8_t* red, uint8_t* green,
                     uint8_t* blue);
  void (*luma_to_grey)(const int16_t* y, int count, const ColorCoefficients& coefficients,
                       uint8_t* grey);
  void (*rgb_to_grey)(const uint8_t* red, const uint8_t* green, const uint8_t* blue, int count,
                      uint8_t* grey);
  // These write exactly `count` elements (interleave: 3 * count). `multiplier` and `addend` repeat
  // after three elements.
  void (*store_f32)(const uint8_t* from, int count, const float* multiplier, const float* addend,
                    float* out);
  void (*store_f16)(const uint8_t* from, int count, const float* multiplier, const float* addend,
                    uint16_t* out);
  void (*store_bf16)(const uint8_t* from, int count, const float* multiplier, const float* addend,
                     uint16_t* out);
  void (*interleave)(const uint8_t* const* channels, int count, uint8_t* out);
};

const Kernels& kernels();

}  // namespace lineside
