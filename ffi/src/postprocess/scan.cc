#include "postprocess/scan.h"

#include "preprocess/simd.h"

#ifdef LINESIDE_AVX2
#include <immintrin.h>
#endif

namespace lineside {

namespace {

int find_from(int i, const float* values, int count, float threshold, int32_t* found, int many) {
  for (; i < count; ++i) {
    if (values[i] > threshold) found[many++] = i;
  }
  return many;
}

#ifdef LINESIDE_AVX2
LINESIDE_AVX2 int find_over_avx2(const float* values, int count, float threshold, int32_t* found) {
  constexpr int kLanes = 8;
  constexpr int kBlock = 4 * kLanes;
  const __m256 limit = _mm256_set1_ps(threshold);
  int many = 0;
  int i = 0;
  for (; i + kBlock <= count; i += kBlock) {
    __m256 over[4];
    for (int k = 0; k < 4; ++k) {
      over[k] = _mm256_cmp_ps(_mm256_loadu_ps(values + i + kLanes * k), limit, _CMP_GT_OQ);
    }
    const __m256 any = _mm256_or_ps(_mm256_or_ps(over[0], over[1]), _mm256_or_ps(over[2], over[3]));
    // Nearly always: one branch for 32 values.
    if (_mm256_testz_ps(any, any) != 0) continue;
    for (int k = 0; k < 4; ++k) {
      auto bits = static_cast<unsigned>(_mm256_movemask_ps(over[k]));
      for (; bits != 0; bits &= bits - 1) {
        found[many++] = i + kLanes * k + __builtin_ctz(bits);
      }
    }
  }
  return find_from(i, values, count, threshold, found, many);
}
#endif

}  // namespace

int find_over(const float* values, int count, float threshold, int32_t* found) {
#ifdef LINESIDE_AVX2
  if (has_avx2()) return find_over_avx2(values, count, threshold, found);
#endif
  return find_from(0, values, count, threshold, found, 0);
}

}  // namespace lineside
