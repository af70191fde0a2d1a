// AVX2 versions of the kernels in resample.h, color.h and store.h.
#pragma once

#include "preprocess/simd.h"

#ifdef LINESIDE_AVX2
#include <cstdint>

#include "preprocess/across.h"
#include "preprocess/color.h"

namespace lineside::avx2 {

void resample_across(const uint8_t* row, const AcrossPlan& plan, int16_t* out);
void resample_pixels_across(const uint8_t* row, const AcrossPlan& plan, int16_t* out, int pitch);
void blend_rows(const int16_t* first, const int16_t* second, int weight, int count, int16_t* out);
void blend_rows_whole(const int16_t* first, const int16_t* second, int weight, int count,
                      int16_t* out);
void held_to_bytes(const int16_t* held, int count, uint8_t* out);
void yuv_to_rgb(const int16_t* y, const int16_t* u, const int16_t* v, int count,
                const ColorCoefficients& coefficients, uint8_t* red, uint8_t* green, uint8_t* blue);
void store_f32(const uint8_t* from, int count, const float* multiplier, const float* addend,
               float* out);
void store_f16(const uint8_t* from, int count, const float* multiplier, const float* addend,
               uint16_t* out);
void store_bf16(const uint8_t* from, int count, const float* multiplier, const float* addend,
                uint16_t* out);
void interleave(const uint8_t* const* channels, int count, uint8_t* out);

}  // namespace lineside::avx2
#endif
