#include "preprocess/avx2.h"

#ifdef LINESIDE_AVX2
#include <immintrin.h>

#include <cmath>

#include "preprocess/half.h"
#include "preprocess/store.h"

namespace lineside::avx2 {

namespace {

// Factors for 24 elements, after which the pattern of three begins anew.
struct Factors {
  __m256 multiplier[3];
  __m256 addend[3];
};

LINESIDE_AVX2 inline Factors spread(const float* multiplier, const float* addend) {
  float m[24];
  float a[24];
  for (int i = 0; i < 24; ++i) {
    m[i] = multiplier[i % 3];
    a[i] = addend[i % 3];
  }
  Factors factors;
  for (int k = 0; k < 3; ++k) {
    factors.multiplier[k] = _mm256_loadu_ps(m + 8 * k);
    factors.addend[k] = _mm256_loadu_ps(a + 8 * k);
  }
  return factors;
}

LINESIDE_AVX2 inline __m256 mapped(const uint8_t* from, __m256 multiplier, __m256 addend) {
  const __m128i bytes = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(from));
  return _mm256_fmadd_ps(_mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(bytes)), multiplier, addend);
}

// Eight bfloat16s, each in the lower half of 32 bits, rounded as to_bfloat rounds.
LINESIDE_AVX2 inline __m256i rounded_to_bfloat(__m256 values) {
  const __m256i bits = _mm256_castps_si256(values);
  const __m256i odd = _mm256_and_si256(_mm256_srli_epi32(bits, 16), _mm256_set1_epi32(1));
  const __m256i up = _mm256_add_epi32(odd, _mm256_set1_epi32(0x7fff));
  return _mm256_srli_epi32(_mm256_add_epi32(bits, up), 16);
}

}  // namespace

LINESIDE_AVX2 void store_f32(const uint8_t* from, int count, const float* multiplier,
                             const float* addend, float* out) {
  const Factors factors = spread(multiplier, addend);
  int i = 0;
  for (; i + 24 <= count; i += 24) {
    for (int k = 0; k < 3; ++k) {
      _mm256_storeu_ps(out + i + 8 * k,
                       mapped(from + i + 8 * k, factors.multiplier[k], factors.addend[k]));
    }
  }
  // 24 is a multiple of three, so the rest starts with the first factor.
  for (; i < count; ++i) {
    out[i] = std::fma(static_cast<float>(from[i]), multiplier[i % 3], addend[i % 3]);
  }
}

LINESIDE_AVX2 void store_f16(const uint8_t* from, int count, const float* multiplier,
                             const float* addend, uint16_t* out) {
  const Factors factors = spread(multiplier, addend);
  int i = 0;
  for (; i + 24 <= count; i += 24) {
    for (int k = 0; k < 3; ++k) {
      const __m256 values = mapped(from + i + 8 * k, factors.multiplier[k], factors.addend[k]);
      _mm_storeu_si128(reinterpret_cast<__m128i*>(out + i + 8 * k),
                       _mm256_cvtps_ph(values, _MM_FROUND_TO_NEAREST_INT));
    }
  }
  for (; i < count; ++i) {
    const float value = std::fma(static_cast<float>(from[i]), multiplier[i % 3], addend[i % 3]);
    out[i] = _cvtss_sh(value, _MM_FROUND_TO_NEAREST_INT);
  }
}

LINESIDE_AVX2 void store_bf16(const uint8_t* from, int count, const float* multiplier,
                              const float* addend, uint16_t* out) {
  const Factors factors = spread(multiplier, addend);
  int i = 0;
  for (; i + 24 <= count; i += 24) {
    for (int k = 0; k < 3; ++k) {
      const __m256i bits =
          rounded_to_bfloat(mapped(from + i + 8 * k, factors.multiplier[k], factors.addend[k]));
      _mm_storeu_si128(
          reinterpret_cast<__m128i*>(out + i + 8 * k),
          _mm_packus_epi32(_mm256_castsi256_si128(bits), _mm256_extracti128_si256(bits, 1)));
    }
  }
  for (; i < count; ++i) {
    out[i] = to_bfloat(std::fma(static_cast<float>(from[i]), multiplier[i % 3], addend[i % 3]));
  }
}

LINESIDE_AVX2 void interleave(const uint8_t* const* channels, int count, uint8_t* out) {
  // Where byte j of 48 comes from: channel j % 3, element j / 3.
  alignas(16) int8_t masks[3][3][16];
  for (int part = 0; part < 3; ++part) {
    for (int c = 0; c < 3; ++c) {
      for (int j = 0; j < 16; ++j) {
        const int at = 16 * part + j;
        masks[part][c][j] = at % 3 == c ? static_cast<int8_t>(at / 3) : int8_t{-1};
      }
    }
  }
  int i = 0;
  for (; i + 16 <= count; i += 16) {
    __m128i from[3];
    for (int c = 0; c < 3; ++c) {
      from[c] = _mm_loadu_si128(reinterpret_cast<const __m128i*>(channels[c] + i));
    }
    for (int part = 0; part < 3; ++part) {
      const auto taken = [&](int c) LINESIDE_AVX2 {
        return _mm_shuffle_epi8(from[c],
                                _mm_load_si128(reinterpret_cast<__m128i*>(masks[part][c])));
      };
      _mm_storeu_si128(reinterpret_cast<__m128i*>(out + 3 * i + 16 * part),
                       _mm_or_si128(taken(0), _mm_or_si128(taken(1), taken(2))));
    }
  }
  const uint8_t* rest[3] = {channels[0] + i, channels[1] + i, channels[2] + i};
  lineside::interleave(rest, count - i, out + 3 * i);
}

}  // namespace lineside::avx2
#endif
