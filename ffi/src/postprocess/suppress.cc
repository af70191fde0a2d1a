#include <algorithm>

#include "postprocess/candidates.h"

namespace lineside {

namespace {

// Kept boxes by coordinate, so that one candidate is held against several at a time.
struct Kept {
  std::vector<float> x1, y1, x2, y2, area;
  std::vector<int32_t> class_id;
  void clear() {
    for (auto* list : {&x1, &y1, &x2, &y2, &area}) list->clear();
    class_id.clear();
  }
  void add(const Candidate& c, float size) {
    x1.push_back(c.x1);
    y1.push_back(c.y1);
    x2.push_back(c.x2);
    y2.push_back(c.y2);
    area.push_back(size);
    class_id.push_back(c.class_id);
  }
};

bool overlaps(const Kept& kept, const Candidate& c, float size, float iou, bool agnostic) {
  for (size_t i = 0; i < kept.area.size(); ++i) {
    if (!agnostic && kept.class_id[i] != c.class_id) continue;
    const float w = std::min(kept.x2[i], c.x2) - std::max(kept.x1[i], c.x1);
    const float h = std::min(kept.y2[i], c.y2) - std::max(kept.y1[i], c.y1);
    const float common = std::max(w, 0.0f) * std::max(h, 0.0f);
    if (common / (kept.area[i] + size - common) > iou) return true;
  }
  return false;
}

}  // namespace

void suppress(std::vector<Candidate>& candidates, float iou, bool agnostic, int limit) {
  thread_local Kept kept;
  kept.clear();
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
