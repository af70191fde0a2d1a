#include <cmath>

#include "preprocess/half.h"
#include "preprocess/store.h"

namespace lineside {

void store_f32(const uint8_t* from, int count, const float* multiplier, const float* addend,
               float* out) {
  for (int i = 0; i < count; ++i) {
    out[i] = std::fma(static_cast<float>(from[i]), multiplier[i % 3], addend[i % 3]);
  }
}

void store_f16(const uint8_t* from, int count, const float* multiplier, const float* addend,
               uint16_t* out) {
  for (int i = 0; i < count; ++i) {
    out[i] = to_half(std::fma(static_cast<float>(from[i]), multiplier[i % 3], addend[i % 3]));
  }
}

void store_bf16(const uint8_t* from, int count, const float* multiplier, const float* addend,
                uint16_t* out) {
  for (int i = 0; i < count; ++i) {
    out[i] = to_bfloat(std::fma(static_cast<float>(from[i]), multiplier[i % 3], addend[i % 3]));
  }
}

void interleave(const uint8_t* const* channels, int count, uint8_t* out) {
  for (int i = 0; i < count; ++i) {
    for (int c = 0; c < 3; ++c) out[3 * i + c] = channels[c][i];
  }
}

}  // namespace lineside
