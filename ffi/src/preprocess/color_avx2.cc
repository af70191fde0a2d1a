#include "preprocess/avx2.h"

#ifdef LINESIDE_AVX2
#include <immintrin.h>

#include "preprocess/resample.h"

namespace lineside::avx2 {

namespace {

LINESIDE_AVX2 inline __m256i load(const int16_t* at) {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
}

// Sums have 5 fractional bits: see color.cc.
LINESIDE_AVX2 inline __m128i to_bytes(__m256i sums) {
  const __m256i values = _mm256_srai_epi16(_mm256_adds_epi16(sums, _mm256_set1_epi16(16)), 5);
  return _mm_packus_epi16(_mm256_castsi256_si128(values), _mm256_extracti128_si256(values, 1));
}

}  // namespace

LINESIDE_AVX2 void yuv_to_rgb(const int16_t* y, const int16_t* u, const int16_t* v, int count,
                              const ColorCoefficients& coefficients, uint8_t* red, uint8_t* green,
                              uint8_t* blue) {
  const __m256i black = _mm256_set1_epi16(static_cast<int16_t>(coefficients.black << kHeldBits));
  const __m256i middle = _mm256_set1_epi16(128 << kHeldBits);
  const __m256i luma_factor = _mm256_set1_epi16(coefficients.luma);
  const __m256i red_v = _mm256_set1_epi16(coefficients.red_v);
  const __m256i green_u = _mm256_set1_epi16(coefficients.green_u);
  const __m256i green_v = _mm256_set1_epi16(coefficients.green_v);
  const __m256i blue_u = _mm256_set1_epi16(coefficients.blue_u);
  for (int i = 0; i < count; i += 16) {
    const __m256i luma = _mm256_mulhrs_epi16(_mm256_sub_epi16(load(y + i), black), luma_factor);
    const __m256i cb = _mm256_sub_epi16(load(u + i), middle);
    const __m256i cr = _mm256_sub_epi16(load(v + i), middle);
    const __m256i r = _mm256_adds_epi16(luma, _mm256_mulhrs_epi16(cr, red_v));
    const __m256i g = _mm256_adds_epi16(luma, _mm256_adds_epi16(_mm256_mulhrs_epi16(cb, green_u),
                                                                _mm256_mulhrs_epi16(cr, green_v)));
    const __m256i b = _mm256_adds_epi16(luma, _mm256_mulhrs_epi16(cb, blue_u));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(red + i), to_bytes(r));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(green + i), to_bytes(g));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(blue + i), to_bytes(b));
  }
}

}  // namespace lineside::avx2
#endif
