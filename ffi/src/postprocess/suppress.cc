#include <algorithm>

#include "postprocess/candidates.h"
#include "preprocess/simd.h"

#ifdef LINESIDE_AVX2
#include <immintrin.h>
#endif

namespace lineside {

namespace {

// Kept boxes by coordinate, so that one candidate is held against eight at a time. The lists are
// as long as `count` rounded up to whole blocks; what is beyond overlaps nothing.
struct Kept {
  static constexpr size_t kBlock = 8;
  std::vector<float> x1, y1, x2, y2, area;
  std::vector<int32_t> class_id;
  size_t count = 0;

  void clear() { count = 0; }
  void add(const Candidate& c, float size) {
    if (count % kBlock == 0) {
      for (auto* list : {&x1, &y1, &x2, &y2}) grow(*list, 0.0f);
      grow(area, 1.0f);
      grow(class_id, -1);
    }
    x1[count] = c.x1;
    y1[count] = c.y1;
    x2[count] = c.x2;
    y2[count] = c.y2;
    area[count] = size;
    class_id[count] = c.class_id;
    ++count;
  }

 private:
  template <typename T>
  void grow(std::vector<T>& list, T value) const {
    if (list.size() < count + kBlock) list.resize(count + kBlock);
    std::fill_n(list.begin() + static_cast<ptrdiff_t>(count), kBlock, value);
  }
};

using Overlaps = bool (*)(const Kept&, const Candidate&, float size, float iou, bool agnostic);

bool overlaps_portable(const Kept& kept, const Candidate& c, float size, float iou, bool agnostic) {
  for (size_t i = 0; i < kept.count; ++i) {
    if (!agnostic && kept.class_id[i] != c.class_id) continue;
    const float w = std::min(kept.x2[i], c.x2) - std::max(kept.x1[i], c.x1);
    const float h = std::min(kept.y2[i], c.y2) - std::max(kept.y1[i], c.y1);
    const float common = std::max(w, 0.0f) * std::max(h, 0.0f);
    if (common / (kept.area[i] + size - common) > iou) return true;
  }
  return false;
}

#ifdef LINESIDE_AVX2
LINESIDE_AVX2_UNFUSED bool overlaps_avx2(const Kept& kept, const Candidate& c, float size,
                                         float iou, bool agnostic) {
  const __m256 x1 = _mm256_set1_ps(c.x1);
  const __m256 y1 = _mm256_set1_ps(c.y1);
  const __m256 x2 = _mm256_set1_ps(c.x2);
  const __m256 y2 = _mm256_set1_ps(c.y2);
  const __m256 own = _mm256_set1_ps(size);
  const __m256 limit = _mm256_set1_ps(iou);
  const __m256 zero = _mm256_setzero_ps();
  const __m256i class_id = _mm256_set1_epi32(c.class_id);
  const __m256i any_class = _mm256_set1_epi32(agnostic ? -1 : 0);
  const size_t valid = kept.count;
  for (size_t i = 0; i < valid; i += Kept::kBlock) {
    const __m256i others =
        _mm256_loadu_si256(reinterpret_cast<const __m256i*>(kept.class_id.data() + i));
    const __m256i same = _mm256_or_si256(any_class, _mm256_cmpeq_epi32(others, class_id));
    if (_mm256_testz_si256(same, same) != 0) continue;
    const __m256 w = _mm256_sub_ps(_mm256_min_ps(_mm256_loadu_ps(kept.x2.data() + i), x2),
                                   _mm256_max_ps(_mm256_loadu_ps(kept.x1.data() + i), x1));
    const __m256 h = _mm256_sub_ps(_mm256_min_ps(_mm256_loadu_ps(kept.y2.data() + i), y2),
                                   _mm256_max_ps(_mm256_loadu_ps(kept.y1.data() + i), y1));
    const __m256 common = _mm256_mul_ps(_mm256_max_ps(w, zero), _mm256_max_ps(h, zero));
    const __m256 all =
        _mm256_sub_ps(_mm256_add_ps(_mm256_loadu_ps(kept.area.data() + i), own), common);
    const __m256 over = _mm256_cmp_ps(_mm256_div_ps(common, all), limit, _CMP_GT_OQ);
    unsigned bits =
        static_cast<unsigned>(_mm256_movemask_ps(_mm256_and_ps(over, _mm256_castsi256_ps(same))));
    if (valid - i < Kept::kBlock) bits &= (1u << (valid - i)) - 1;
    if (bits != 0) return true;
  }
  return false;
}
#endif

Overlaps best_overlaps() {
#ifdef LINESIDE_AVX2
  if (has_avx2()) return overlaps_avx2;
#endif
  return overlaps_portable;
}

}  // namespace

void suppress(std::vector<Candidate>& candidates, float iou, bool agnostic, int limit) {
  thread_local Kept kept;
  kept.clear();
  const Overlaps overlaps = best_overlaps();
  size_t count = 0;
  const auto most = static_cast<size_t>(std::max(limit, 0));
  for (size_t i = 0; i < candidates.size() && count < most; ++i) {
    const Candidate candidate = candidates[i];
    const float size = (candidate.x2 - candidate.x1) * (candidate.y2 - candidate.y1);
    if (overlaps(kept, candidate, size, iou, agnostic)) continue;
    kept.add(candidate, size);
    candidates[count++] = candidate;
  }
  candidates.resize(count);
}

}  // namespace lineside
