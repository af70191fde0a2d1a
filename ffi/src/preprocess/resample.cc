#include "preprocess/resample.h"

#include <cstddef>

namespace lineside {

namespace {

int16_t mix(const uint8_t* at, int step, const int16_t* weights) {
  // Without weight the next sample may lie outside the row.
  const int next = weights[1] != 0 ? at[step] : 0;
  return static_cast<int16_t>((at[0] * weights[0] + next * weights[1]) >> (kTapBits - kHeldBits));
}

}  // namespace

void resample_across(const uint8_t* row, const AcrossPlan& plan, int16_t* out) {
  for (int i = 0; i < plan.target; ++i) {
    out[i] = mix(row + plan.offset[i], plan.step, &plan.weights[2 * i]);
  }
}

void resample_pixels_across(const uint8_t* row, const AcrossPlan& plan, int16_t* out, int pitch) {
  resample_pixels_from(0, row, plan, out, pitch);
}

void resample_pixels_from(int i, const uint8_t* row, const AcrossPlan& plan, int16_t* out,
                          int pitch) {
  for (; i < plan.target; ++i) {
    const uint8_t* at = row + plan.offset[i];
    for (int c = 0; c < 3; ++c) {
      out[static_cast<ptrdiff_t>(c) * pitch + i] = mix(at + c, 3, &plan.weights[2 * i]);
    }
  }
}

void blend_rows(const int16_t* first, const int16_t* second, int weight, int count, int16_t* out) {
  // A rounding multiply-high of 16 bits, as SIMD units have it.
  const int scaled = weight << (15 - kTapBits);
  for (int i = 0; i < count; ++i) {
    out[i] = static_cast<int16_t>(first[i] + (((second[i] - first[i]) * scaled + (1 << 14)) >> 15));
  }
}

void blend_rows_whole(const int16_t* first, const int16_t* second, int weight, int count,
                      int16_t* out) {
  // Two bits of fraction are left of each product before they are added and rounded.
  const int other = kTapOne - weight;
  for (int i = 0; i < count; ++i) {
    const int sum = ((first[i] * other) >> 16) + ((second[i] * weight) >> 16);
    out[i] = static_cast<int16_t>(((sum + 2) >> 2) << kHeldBits);
  }
}

void held_to_bytes(const int16_t* held, int count, uint8_t* out) {
  for (int i = 0; i < count; ++i) {
    out[i] = static_cast<uint8_t>((held[i] + (1 << (kHeldBits - 1))) >> kHeldBits);
  }
}

}  // namespace lineside
