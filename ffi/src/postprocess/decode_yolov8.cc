#include "postprocess/candidates.h"

namespace lineside {

void decode_yolov8(const Values& values, const DetectOptions& options,
                   std::vector<Candidate>& candidates) {
  const int64_t anchors = values.columns;
  const float* boxes = values.data;
  const float* scores = values.data + 4 * anchors;
  CandidateSink sink(options, candidates);
  const auto add = [&](int64_t anchor, float score, int class_id) {
    sink.add_centred(boxes[anchor], boxes[anchors + anchor], boxes[2 * anchors + anchor],
                     boxes[3 * anchors + anchor], score, class_id, anchor);
  };
  // The best class so far of each anchor that has one over the threshold.
  struct Best {
    float score;
    int32_t class_id;
  };
  thread_local std::vector<Best> best;
  thread_local std::vector<int32_t> found;
  best.assign(static_cast<size_t>(anchors), {options.score, -1});
  found.clear();
  for (int c = 0; c < options.classes; ++c) {
    const float* row = scores + c * anchors;
    for (int64_t anchor = 0; anchor < anchors; ++anchor) {
      if (!(row[anchor] > options.score)) continue;
      if (options.multi_label) {
        add(anchor, row[anchor], c);
        continue;
      }
      Best& entry = best[static_cast<size_t>(anchor)];
      if (entry.class_id < 0) found.push_back(static_cast<int32_t>(anchor));
      if (row[anchor] > entry.score) entry = {row[anchor], c};
    }
  }
  for (const int32_t anchor : found) {
    add(anchor, best[static_cast<size_t>(anchor)].score,
        best[static_cast<size_t>(anchor)].class_id);
  }
}

}  // namespace lineside
