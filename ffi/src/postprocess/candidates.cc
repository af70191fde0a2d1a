#include "postprocess/candidates.h"

#include <algorithm>
#include <cmath>

namespace lineside {

CandidateSink::CandidateSink(const DetectOptions& options, std::vector<Candidate>& candidates)
    : candidates_(candidates) {
  if (options.keep.empty()) return;
  thread_local std::vector<uint8_t> kept;
  kept.assign(static_cast<size_t>(options.classes), 0);
  for (const int id : options.keep) {
    if (id >= 0 && id < options.classes) kept[static_cast<size_t>(id)] = 1;
  }
  kept_ = kept.data();
}

void CandidateSink::add_centred(float cx, float cy, float w, float h, float score, int class_id,
                                int64_t anchor) {
  const float half_w = w / 2;
  const float half_h = h / 2;
  add_corners(cx - half_w, cy - half_h, cx + half_w, cy + half_h, score, class_id, anchor);
}

void CandidateSink::add_corners(float x1, float y1, float x2, float y2, float score, int class_id,
                                int64_t anchor) {
  // Written so that NaN fails too.
  if (!(x2 > x1 && y2 > y1) || !std::isfinite(score)) return;
  if (!std::isfinite((x2 - x1) * (y2 - y1))) return;
  if (!std::isfinite(x1) || !std::isfinite(y1)) return;
  if (!keeps(class_id)) return;
  candidates_.push_back(
      {x1, y1, x2, y2, std::min(score, 1.0f), class_id, static_cast<int32_t>(anchor)});
}

void sort_candidates(std::vector<Candidate>& candidates, int limit) {
  const auto before = [](const Candidate& a, const Candidate& b) {
    if (a.score != b.score) return a.score > b.score;
    if (a.anchor != b.anchor) return a.anchor < b.anchor;
    return a.class_id < b.class_id;
  };
  const size_t kept = std::min(candidates.size(), static_cast<size_t>(std::max(limit, 0)));
  if (kept < candidates.size()) {
    std::nth_element(candidates.begin(), candidates.begin() + static_cast<ptrdiff_t>(kept),
                     candidates.end(), before);
    candidates.resize(kept);
  }
  std::sort(candidates.begin(), candidates.end(), before);
}

}  // namespace lineside
