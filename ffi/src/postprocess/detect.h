// From a detection model's raw output to boxes in source pixels.
#pragma once

#include <string>
#include <vector>

#include "core/tensor.h"
#include "lineside.h"
#include "preprocess/letterbox.h"

namespace lineside {

enum class HeadFamily : uint8_t {
  kYolov8,     // 1 x (4+nc) x N, boxes cx cy w h in tensor pixels, class scores 0..1
  kYolov5,     // 1 x N x (5+nc), cx cy w h objectness classes, decoded
  kYolox,      // 1 x N x (5+nc), offsets to grid cells of `strides`, still to decode
  kSuppressed  // 1 x N x 6: x1 y1 x2 y2 score class, tensor pixels
};

struct DetectOptions {
  HeadFamily family = HeadFamily::kYolov8;
  int classes = 80;
  std::vector<int> strides = {8, 16, 32};
  int input_width = 640, input_height = 640;
  float score = 0.25f;  // kept if greater
  float iou = 0.7f;     // suppressed if greater (torchvision's rule)
  int max_detections = 300;
  int max_candidates = 30000;  // into suppression, by score
  bool agnostic = false;       // suppress across classes
  bool multi_label = false;    // one candidate a class over the threshold (COCO evaluation)
  std::vector<int> keep;       // of the best class; empty: all
};

// Empty if `output` (one picture: shape[0] is 1) fits the options, else what is wrong: what shape
// was found and what was expected.
std::string check_output(const Tensor& output, const DetectOptions& options);

// Appends detections by falling score; none if check_output has something to say. A box without an
// area, in the tensor or once clipped to the picture, is no detection. `output` may be f32, f16 or
// bf16. NaN scores are no detections.
void detect(const Tensor& output, const DetectOptions& options, const LetterboxGeometry& geometry,
            std::vector<ls_detection>& detections);

}  // namespace lineside
