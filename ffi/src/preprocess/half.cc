#include "preprocess/half.h"

#include <cstring>

#include "preprocess/simd.h"

#ifdef LINESIDE_AVX2
#include <immintrin.h>
#endif

namespace lineside {

namespace {

#ifdef LINESIDE_AVX2
// Returns how many it has converted: whole blocks.
LINESIDE_AVX2 size_t from_halves_avx2(const uint16_t* from, size_t count, float* to) {
  size_t i = 0;
  for (; i + 8 <= count; i += 8) {
    _mm256_storeu_ps(to + i,
                     _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from + i))));
  }
  return i;
}
#endif

}  // namespace

uint16_t to_half(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  const uint32_t sign = (bits >> 16) & 0x8000u;
  const uint32_t magnitude = bits & 0x7fffffffu;
  if (magnitude > 0x7f800000u) return static_cast<uint16_t>(sign | 0x7e00u);
  if (magnitude >= 0x477ff000u) return static_cast<uint16_t>(sign | 0x7c00u);
  if (magnitude <= 0x33000000u) return static_cast<uint16_t>(sign);
  uint32_t kept;
  uint32_t rest;
  uint32_t half;
  if (magnitude < 0x38800000u) {  // a subnormal half
    const uint32_t shift = 126 - (magnitude >> 23);
    const uint32_t mantissa = (magnitude & 0x7fffffu) | 0x800000u;
    kept = mantissa >> shift;
    rest = mantissa & ((1u << shift) - 1);
    half = 1u << (shift - 1);
  } else {
    kept = (magnitude - 0x38000000u) >> 13;
    rest = magnitude & 0x1fffu;
    half = 0x1000u;
  }
  if (rest > half || (rest == half && (kept & 1u) != 0)) ++kept;
  return static_cast<uint16_t>(sign | kept);
}

float from_half(uint16_t half) {
  const uint32_t sign = static_cast<uint32_t>(half & 0x8000u) << 16;
  const uint32_t rest = half & 0x7fffu;
  float magnitude;
  uint32_t bits = rest << 13;
  if (rest >= 0x7c00u) bits |= 0x7f800000u;
  std::memcpy(&magnitude, &bits, sizeof bits);
  // Moves the exponent by multiplication, which gets subnormals right too.
  if (rest < 0x7c00u) magnitude *= 0x1p112f;
  std::memcpy(&bits, &magnitude, sizeof bits);
  bits |= sign;
  float value;
  std::memcpy(&value, &bits, sizeof bits);
  return value;
}

uint16_t to_bfloat(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return static_cast<uint16_t>((bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16);
}

float from_bfloat(uint16_t bits) {
  const uint32_t whole = static_cast<uint32_t>(bits) << 16;
  float value;
  std::memcpy(&value, &whole, sizeof whole);
  return value;
}

void from_halves(const uint16_t* from, size_t count, float* to) {
  size_t i = 0;
#ifdef LINESIDE_AVX2
  if (has_avx2()) i = from_halves_avx2(from, count, to);
#endif
  for (; i < count; ++i) to[i] = from_half(from[i]);
}

void from_bfloats(const uint16_t* from, size_t count, float* to) {
  for (size_t i = 0; i < count; ++i) to[i] = from_bfloat(from[i]);
}

}  // namespace lineside
