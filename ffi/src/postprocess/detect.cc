#include "postprocess/detect.h"

#include <algorithm>

#include "postprocess/candidates.h"
#include "preprocess/half.h"

namespace lineside {

namespace {

Values as_f32(const Tensor& output) {
  const int64_t rows = output.shape[1];
  const int64_t columns = output.shape[2];
  if (output.type == ElementType::kF32) {
    return {static_cast<const float*>(output.data), rows, columns};
  }
  thread_local std::vector<float> copy;
  const auto count = static_cast<size_t>(rows * columns);
  copy.resize(count);
  const auto* from = static_cast<const uint16_t*>(output.data);
  if (output.type == ElementType::kF16) {
    from_halves(from, count, copy.data());
  } else {
    from_bfloats(from, count, copy.data());
  }
  return {copy.data(), rows, columns};
}

}  // namespace

void detect(const Tensor& output, const DetectOptions& options, const LetterboxGeometry& geometry,
            std::vector<ls_detection>& detections) {
  if (!check_output(output, options).empty()) return;
  thread_local std::vector<Candidate> candidates;
  candidates.clear();
  const Values values = as_f32(output);
  switch (options.family) {
    case HeadFamily::kYolov8:
      decode_yolov8(values, options, candidates);
      break;
    case HeadFamily::kYolov5:
    case HeadFamily::kYolox:
      decode_anchors(values, options, candidates);
      break;
    case HeadFamily::kSuppressed:
      decode_suppressed(values, options, candidates);
      break;
  }
  finish(candidates, options, geometry, detections);
}

void finish(std::vector<Candidate>& candidates, const DetectOptions& options,
            const LetterboxGeometry& geometry, std::vector<ls_detection>& detections) {
  if (options.family == HeadFamily::kSuppressed) {
    sort_candidates(candidates, options.max_detections);
  } else {
    sort_candidates(candidates, options.max_candidates);
    suppress(candidates, options.iou, options.agnostic, options.max_detections);
  }
  const auto width = static_cast<float>(geometry.source_width);
  const auto height = static_cast<float>(geometry.source_height);
  for (const Candidate& c : candidates) {
    ls_detection found;
    found.x1 = std::clamp((c.x1 - geometry.offset_x) / geometry.ratio_x, 0.0f, width);
    found.y1 = std::clamp((c.y1 - geometry.offset_y) / geometry.ratio_y, 0.0f, height);
    found.x2 = std::clamp((c.x2 - geometry.offset_x) / geometry.ratio_x, 0.0f, width);
    found.y2 = std::clamp((c.y2 - geometry.offset_y) / geometry.ratio_y, 0.0f, height);
    found.score = c.score;
    found.class_id = c.class_id;
    // A box in the padding has nothing left.
    if (found.x2 > found.x1 && found.y2 > found.y1) detections.push_back(found);
  }
}

}  // namespace lineside
