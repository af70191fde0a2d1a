#include "preprocess/avx2.h"

#ifdef LINESIDE_AVX2
#include <immintrin.h>

#include <cstddef>

#include "preprocess/resample.h"

namespace lineside::avx2 {

namespace {

LINESIDE_AVX2 inline __m128i load(const void* at) {
  return _mm_loadu_si128(static_cast<const __m128i*>(at));
}

LINESIDE_AVX2 inline __m256i load_wide(const void* at) {
  return _mm256_loadu_si256(static_cast<const __m256i*>(at));
}

// Eight (sample, next) pairs of 16 bits, mixed into eight held samples.
LINESIDE_AVX2 inline __m128i mix(__m256i pairs, const int16_t* weights) {
  const __m256i sums =
      _mm256_srai_epi32(_mm256_madd_epi16(pairs, load_wide(weights)), kTapBits - kHeldBits);
  return _mm_packs_epi32(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1));
}

template <int kPieces>
LINESIDE_AVX2 void shuffle_across(const uint8_t* row, const AcrossPlan& plan, int16_t* out) {
  const int blocks = (plan.target + AcrossPlan::kBlock - 1) / AcrossPlan::kBlock;
  const uint8_t* mask = plan.masks.data();
  const int16_t* weights = plan.weights.data();
  for (int block = 0; block < blocks; ++block) {
    const uint8_t* at = row + plan.start[static_cast<size_t>(block)];
    __m128i bytes = _mm_shuffle_epi8(load(at), load(mask));
    for (int piece = 1; piece < kPieces; ++piece) {
      bytes = _mm_or_si128(bytes, _mm_shuffle_epi8(load(at + 16 * piece), load(mask + 16 * piece)));
    }
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out), mix(_mm256_cvtepu8_epi16(bytes), weights));
    mask += 16 * kPieces;
    weights += 2 * AcrossPlan::kBlock;
    out += AcrossPlan::kBlock;
  }
}

// Four pixels and their right neighbours, from 8 bytes each; in lanes a, b and c, d.
LINESIDE_AVX2 inline __m256i load_pixels(const uint8_t* row, const int32_t* offset, int a, int b,
                                         int c, int d) {
  const auto pair = [&](int left, int right) LINESIDE_AVX2 {
    const __m128i low = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(row + offset[left]));
    return _mm_castpd_si128(
        _mm_loadh_pd(_mm_castsi128_pd(low), reinterpret_cast<const double*>(row + offset[right])));
  };
  return _mm256_inserti128_si256(_mm256_castsi128_si256(pair(a, b)), pair(c, d), 1);
}

}  // namespace

LINESIDE_AVX2 void resample_across(const uint8_t* row, const AcrossPlan& plan, int16_t* out) {
  switch (plan.pieces) {
    case 1:
      return shuffle_across<1>(row, plan, out);
    case 2:
      return shuffle_across<2>(row, plan, out);
    case 3:
      return shuffle_across<3>(row, plan, out);
    case 4:
      return shuffle_across<4>(row, plan, out);
    default:
      return lineside::resample_across(row, plan, out);
  }
}

LINESIDE_AVX2 void resample_pixels_across(const uint8_t* row, const AcrossPlan& plan, int16_t* out,
                                          int pitch) {
  // Of each pixel's 8 bytes, c0 c1 c2 n0 n1 n2 . .: (c0 n0 c1 n1) and (c2 n2 . .).
  const __m256i sort = _mm256_setr_epi8(0, 3, 1, 4, 2, 5, 6, 7, 8, 11, 9, 12, 10, 13, 14, 15, 0, 3,
                                        1, 4, 2, 5, 6, 7, 8, 11, 9, 12, 10, 13, 14, 15);
  const __m256i lower_pair =
      _mm256_setr_epi8(0, -1, 1, -1, 4, -1, 5, -1, 8, -1, 9, -1, 12, -1, 13, -1, 0, -1, 1, -1, 4,
                       -1, 5, -1, 8, -1, 9, -1, 12, -1, 13, -1);
  const __m256i upper_pair =
      _mm256_setr_epi8(2, -1, 3, -1, 6, -1, 7, -1, 10, -1, 11, -1, 14, -1, 15, -1, 2, -1, 3, -1, 6,
                       -1, 7, -1, 10, -1, 11, -1, 14, -1, 15, -1);
  int i = 0;
  for (; i + AcrossPlan::kBlock <= plan.wide; i += AcrossPlan::kBlock) {
    const int32_t* offset = &plan.offset[static_cast<size_t>(i)];
    const int16_t* weights = &plan.weights[static_cast<size_t>(2 * i)];
    // In this order the shuffles within lanes leave the pixels in theirs.
    const __m256i outer = _mm256_shuffle_epi8(load_pixels(row, offset, 0, 1, 4, 5), sort);
    const __m256i inner = _mm256_shuffle_epi8(load_pixels(row, offset, 2, 3, 6, 7), sort);
    const __m256i low = _mm256_castps_si256(
        _mm256_shuffle_ps(_mm256_castsi256_ps(outer), _mm256_castsi256_ps(inner), 0x88));
    const __m256i high = _mm256_castps_si256(
        _mm256_shuffle_ps(_mm256_castsi256_ps(outer), _mm256_castsi256_ps(inner), 0xdd));
    int16_t* to = out + i;
    const auto store = [&](int c, __m256i pairs) LINESIDE_AVX2 {
      _mm_storeu_si128(reinterpret_cast<__m128i*>(to + static_cast<ptrdiff_t>(c) * pitch),
                       mix(pairs, weights));
    };
    store(0, _mm256_shuffle_epi8(low, lower_pair));
    store(1, _mm256_shuffle_epi8(low, upper_pair));
    store(2, _mm256_shuffle_epi8(high, lower_pair));
  }
  lineside::resample_pixels_from(i, row, plan, out, pitch);
}

LINESIDE_AVX2 void blend_rows(const int16_t* first, const int16_t* second, int weight, int count,
                              int16_t* out) {
  const __m256i scaled = _mm256_set1_epi16(static_cast<int16_t>(weight << (15 - kTapBits)));
  for (int i = 0; i < count; i += 16) {
    const __m256i a = load_wide(first + i);
    const __m256i difference = _mm256_sub_epi16(load_wide(second + i), a);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + i),
                        _mm256_add_epi16(a, _mm256_mulhrs_epi16(difference, scaled)));
  }
}

LINESIDE_AVX2 void blend_rows_whole(const int16_t* first, const int16_t* second, int weight,
                                    int count, int16_t* out) {
  const __m256i of_first = _mm256_set1_epi16(static_cast<int16_t>(kTapOne - weight));
  const __m256i of_second = _mm256_set1_epi16(static_cast<int16_t>(weight));
  const __m256i half = _mm256_set1_epi16(2);
  for (int i = 0; i < count; i += 16) {
    const __m256i sum = _mm256_add_epi16(_mm256_mulhi_epi16(load_wide(first + i), of_first),
                                         _mm256_mulhi_epi16(load_wide(second + i), of_second));
    const __m256i levels = _mm256_srai_epi16(_mm256_add_epi16(sum, half), 2);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + i), _mm256_slli_epi16(levels, kHeldBits));
  }
}

LINESIDE_AVX2 void held_to_bytes(const int16_t* held, int count, uint8_t* out) {
  const __m256i half = _mm256_set1_epi16(1 << (kHeldBits - 1));
  for (int i = 0; i < count; i += 32) {
    const __m256i a = _mm256_srai_epi16(_mm256_add_epi16(load_wide(held + i), half), kHeldBits);
    const __m256i b =
        _mm256_srai_epi16(_mm256_add_epi16(load_wide(held + i + 16), half), kHeldBits);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + i),
                        _mm256_permute4x64_epi64(_mm256_packus_epi16(a, b), 0xd8));
  }
}

}  // namespace lineside::avx2
#endif
