#include "postprocess/candidates.h"
#include "postprocess/scan.h"

namespace lineside {

namespace {

// The best class so far of an anchor that has one over the threshold.
struct Best {
  float score;
  int32_t class_id;  // -1: none yet
};

}  // namespace

// Class by class, because the scores of one class lie together; only the few that exceed the
// threshold are looked at again.
void decode_yolov8(const Values& values, const DetectOptions& options,
                   std::vector<Candidate>& candidates) {
  const int64_t anchors = values.columns;
  const float* boxes = values.data;
  CandidateSink sink(options, candidates);
  const auto add = [&](int64_t anchor, float score, int class_id) {
    sink.add_centred(boxes[anchor], boxes[anchors + anchor], boxes[2 * anchors + anchor],
                     boxes[3 * anchors + anchor], score, class_id, anchor);
  };
  thread_local std::vector<Best> best;
  thread_local std::vector<int32_t> over;
  thread_local std::vector<int32_t> seen;
  over.resize(static_cast<size_t>(anchors));
  best.assign(static_cast<size_t>(anchors), {options.score, -1});
  seen.clear();
  for (int c = 0; c < options.classes; ++c) {
    const float* scores = boxes + (4 + c) * anchors;
    const int found = find_over(scores, static_cast<int>(anchors), options.score, over.data());
    for (int i = 0; i < found; ++i) {
      const int32_t anchor = over[static_cast<size_t>(i)];
      if (options.multi_label) {
        add(anchor, scores[anchor], c);
        continue;
      }
      Best& entry = best[static_cast<size_t>(anchor)];
      if (entry.class_id < 0) seen.push_back(anchor);
      if (scores[anchor] > entry.score) entry = {scores[anchor], c};
    }
  }
  for (const int32_t anchor : seen) {
    const Best& entry = best[static_cast<size_t>(anchor)];
    add(anchor, entry.score, entry.class_id);
  }
}

}  // namespace lineside
