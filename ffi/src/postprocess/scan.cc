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

// Sign and magnitude as they are order positive numbers rightly, and negative ones the other way
// round. Over a negative threshold are thus the bits that are less, unsigned: all positive numbers
// and the lesser magnitudes. With their top bits turned over, signed comparison does that.
struct BitOrder {
  explicit BitOrder(uint16_t threshold)
      : turn((threshold & 0x8000u) != 0 ? 0x8000u : 0u),
        limit(static_cast<int16_t>(threshold ^ turn)) {}
  bool over(uint16_t value) const {
    const auto placed = static_cast<int16_t>(value ^ turn);
    return turn != 0 ? placed < limit : placed > limit;
  }
  uint16_t turn;
  int16_t limit;
};

int find_from(int i, const uint16_t* values, int count, const BitOrder& order, int32_t* found,
              int many) {
  for (; i < count; ++i) {
    if (order.over(values[i])) found[many++] = i;
  }
  return many;
}

#ifdef LINESIDE_AVX2
LINESIDE_AVX2 int find_over_avx2(const uint16_t* values, int count, uint16_t threshold,
                                 int32_t* found) {
  constexpr int kLanes = 16;
  constexpr int kBlock = 4 * kLanes;
  const BitOrder order(threshold);
  const bool below = order.turn != 0;
  const __m256i turn = _mm256_set1_epi16(static_cast<int16_t>(order.turn));
  const __m256i limit = _mm256_set1_epi16(order.limit);
  int many = 0;
  int i = 0;
  for (; i + kBlock <= count; i += kBlock) {
    __m256i over[4];
    for (int k = 0; k < 4; ++k) {
      const auto* from = reinterpret_cast<const __m256i*>(values + i + kLanes * k);
      const __m256i placed = _mm256_xor_si256(_mm256_loadu_si256(from), turn);
      over[k] = below ? _mm256_cmpgt_epi16(limit, placed) : _mm256_cmpgt_epi16(placed, limit);
    }
    const __m256i any =
        _mm256_or_si256(_mm256_or_si256(over[0], over[1]), _mm256_or_si256(over[2], over[3]));
    if (_mm256_testz_si256(any, any) != 0) continue;
    for (int k = 0; k < 4; ++k) {
      // Two bits a number, of which one is kept.
      auto bits = static_cast<unsigned>(_mm256_movemask_epi8(over[k])) & 0x55555555u;
      for (; bits != 0; bits &= bits - 1) {
        found[many++] = i + kLanes * k + __builtin_ctz(bits) / 2;
      }
    }
  }
  return find_from(i, values, count, order, found, many);
}

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

int find_over(const uint16_t* values, int count, uint16_t threshold, int32_t* found) {
#ifdef LINESIDE_AVX2
  if (has_avx2()) return find_over_avx2(values, count, threshold, found);
#endif
  return find_from(0, values, count, BitOrder(threshold), found, 0);
}

}  // namespace lineside
