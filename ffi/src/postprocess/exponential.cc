#include "postprocess/exponential.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace lineside {

namespace {

// exp(x) = 2^n * exp(r) with n the nearest whole number to x / ln 2. exp(r) by Taylor's series,
// whose rest is under 2e-8 for |r| <= ln(2) / 2.
float exponential(float x) {
  constexpr float kLog2E = 1.44269504f;
  // ln 2 in two parts, of which the first has zeros at its end: n times that is exact.
  constexpr float kLn2High = 0.693359375f, kLn2Low = -2.12194440e-4f;
  // Added to a number it leaves a whole one in the last bits.
  constexpr float kRound = 12582912.0f;  // 1.5 * 2^23
  const float shifted = x * kLog2E + kRound;
  const float n = shifted - kRound;
  const float r = x - n * kLn2High - n * kLn2Low;
  float sum = 1.0f / 5040;
  sum = sum * r + 1.0f / 720;
  sum = sum * r + 1.0f / 120;
  sum = sum * r + 1.0f / 24;
  sum = sum * r + 1.0f / 6;
  sum = sum * r + 0.5f;
  sum = sum * r + 1.0f;
  sum = sum * r + 1.0f;
  uint32_t bits;
  std::memcpy(&bits, &shifted, sizeof bits);
  bits = (bits + 127u) << 23;  // 2^n: what lies over the last bits is shifted out
  float power;
  std::memcpy(&power, &bits, sizeof power);
  return sum * power;
}

}  // namespace

void exponentials(float* values, int count, float most) {
  // Blocks of a fixed size, and no choice in the loop that computes: so it becomes vectors.
  constexpr int kBlock = 16;
  for (int start = 0; start < count; start += kBlock) {
    const int size = std::min(kBlock, count - start);
    float from[kBlock] = {};
    float to[kBlock];
    for (int i = 0; i < size; ++i) from[i] = values[start + i] - most;
    for (int i = 0; i < kBlock; ++i) to[i] = exponential(from[i]);
    for (int i = 0; i < size; ++i) values[start + i] = from[i] < -87.0f ? 0.0f : to[i];
  }
}

}  // namespace lineside
