// Reading detections written from the definitions, to compare with: every anchor, every class,
// every pair of boxes.
#pragma once

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "check.h"
#include "postprocess/detect.h"

namespace test {

using namespace lineside;

inline int between(std::mt19937& random, int low, int high) {
  return std::uniform_int_distribution<int>(low, high)(random);
}

inline float unit(std::mt19937& random) {
  return std::uniform_real_distribution<float>(0, 1)(random);
}

struct Output {
  std::vector<float> values;
  Tensor tensor;
  Output(int64_t rows, int64_t columns) : values(static_cast<size_t>(rows * columns)) {
    tensor.shape = {1, rows, columns};
    tensor.data = values.data();
  }
};

// The value `field` of an anchor, wherever the family keeps it: 0..3 box, then what follows.
inline float& field(Output& output, const DetectOptions& options, int64_t anchor, int64_t index) {
  const int64_t columns = output.tensor.shape[2];
  return options.family == HeadFamily::kYolov8
             ? output.values[static_cast<size_t>(index * columns + anchor)]
             : output.values[static_cast<size_t>(anchor * columns + index)];
}

inline int64_t anchor_count(const Output& output, const DetectOptions& options) {
  return output.tensor.shape[options.family == HeadFamily::kYolov8 ? 2 : 1];
}

struct Box {
  float x1, y1, x2, y2, score;
  int class_id;
};

inline std::vector<Box> naive_boxes(Output& output, const DetectOptions& options) {
  std::vector<Box> boxes;
  const bool objectness = options.family != HeadFamily::kYolov8;
  std::vector<float> cells_x, cells_y, cells_stride;
  for (const int stride : options.strides) {
    for (int y = 0; y < options.input_height / stride; ++y) {
      for (int x = 0; x < options.input_width / stride; ++x) {
        cells_x.push_back(static_cast<float>(x));
        cells_y.push_back(static_cast<float>(y));
        cells_stride.push_back(static_cast<float>(stride));
      }
    }
  }
  for (int64_t anchor = 0; anchor < anchor_count(output, options); ++anchor) {
    float box[4];
    for (int i = 0; i < 4; ++i) box[i] = field(output, options, anchor, i);
    if (options.family == HeadFamily::kYolox) {
      const auto cell = static_cast<size_t>(anchor);
      box[0] = (box[0] + cells_x[cell]) * cells_stride[cell];
      box[1] = (box[1] + cells_y[cell]) * cells_stride[cell];
      box[2] = std::exp(box[2]) * cells_stride[cell];
      box[3] = std::exp(box[3]) * cells_stride[cell];
    }
    std::vector<Box> found;
    for (int c = 0; c < options.classes; ++c) {
      float score = field(output, options, anchor, (objectness ? 5 : 4) + c);
      if (objectness) score *= field(output, options, anchor, 4);
      if (!(score > options.score)) continue;
      found.push_back({box[0] - box[2] / 2, box[1] - box[3] / 2, box[0] + box[2] / 2,
                       box[1] + box[3] / 2, score, c});
    }
    if (!options.multi_label && !found.empty()) {
      found = {*std::max_element(found.begin(), found.end(),
                                 [](const Box& a, const Box& b) { return a.score < b.score; })};
    }
    for (const Box& one : found) {
      const bool kept = options.keep.empty() ||
                        std::count(options.keep.begin(), options.keep.end(), one.class_id) > 0;
      if (kept && one.x2 > one.x1 && one.y2 > one.y1) boxes.push_back(one);
    }
  }
  return boxes;
}

inline float iou(const Box& a, const Box& b) {
  const float w = std::max(0.0f, std::min(a.x2, b.x2) - std::max(a.x1, b.x1));
  const float h = std::max(0.0f, std::min(a.y2, b.y2) - std::max(a.y1, b.y1));
  const volatile float common = w * h;  // volatile: no fused multiply-add
  return common / ((a.x2 - a.x1) * (a.y2 - a.y1) + (b.x2 - b.x1) * (b.y2 - b.y1) - common);
}

// torchvision's batched_nms: by falling score, each box suppresses those after it.
inline std::vector<Box> naive_suppress(std::vector<Box> boxes, const DetectOptions& options) {
  std::stable_sort(boxes.begin(), boxes.end(),
                   [](const Box& a, const Box& b) { return a.score > b.score; });
  std::vector<bool> gone(boxes.size());
  std::vector<Box> kept;
  for (size_t i = 0; i < boxes.size(); ++i) {
    if (gone[i]) continue;
    kept.push_back(boxes[i]);
    for (size_t j = i + 1; j < boxes.size(); ++j) {
      const bool rivals = options.agnostic || boxes[i].class_id == boxes[j].class_id;
      if (rivals && iou(boxes[i], boxes[j]) > options.iou) gone[j] = true;
    }
  }
  if (kept.size() > static_cast<size_t>(options.max_detections)) {
    kept.resize(static_cast<size_t>(options.max_detections));
  }
  return kept;
}

inline std::vector<ls_detection> run(const Tensor& tensor, const DetectOptions& options,
                                     const LetterboxGeometry& geometry) {
  CHECK_EQ(check_output(tensor, options), "");
  std::vector<ls_detection> detections;
  detect(tensor, options, geometry, detections);
  return detections;
}

// A source as large as the tensor: boxes stay where they are.
inline LetterboxGeometry same_size(const DetectOptions& options) {
  LetterboxOptions letterbox;
  letterbox.width = options.input_width;
  letterbox.height = options.input_height;
  return letterbox_geometry(options.input_width, options.input_height, letterbox);
}

// The boxes as they must come back: clipped, without those of which nothing is left.
inline bool same(const std::vector<ls_detection>& found, const std::vector<Box>& boxes,
                 const DetectOptions& options) {
  const auto width = static_cast<float>(options.input_width);
  const auto height = static_cast<float>(options.input_height);
  size_t i = 0;
  for (const Box& box : boxes) {
    const float x1 = std::clamp(box.x1, 0.0f, width);
    const float y1 = std::clamp(box.y1, 0.0f, height);
    const float x2 = std::clamp(box.x2, 0.0f, width);
    const float y2 = std::clamp(box.y2, 0.0f, height);
    if (x2 <= x1 || y2 <= y1) continue;
    if (i == found.size()) return false;
    const ls_detection& one = found[i++];
    if (one.x1 != x1 || one.y1 != y1 || one.x2 != x2 || one.y2 != y2 || one.score != box.score ||
        one.class_id != box.class_id) {
      return false;
    }
  }
  return i == found.size();
}

}  // namespace test
