// The outputs of a YOLOv8, 11 or YOLOX head that a backend left undecoded: what its last
// convolutions give.
#pragma once

#include <string>
#include <vector>

#include "core/tensor.h"
#include "lineside.h"
#include "postprocess/detect.h"

namespace lineside {

enum class HeadKind : uint8_t {
  // YOLOv8 and 11: a cell's side is as far from its centre as the mean of the bins' numbers (0, 1,
  // ...; in strides), weighted by the softmax over its bins (DFL, arXiv 2006.04388); a class scores
  // the sigmoid of its logit.
  kDistributions,
  // YOLOX (arXiv 2107.08430): a box's centre is its two offsets from the cell's corner, in strides,
  // its size the exponential of two numbers; a class scores the sigmoid of its logit times that of
  // the cell's objectness.
  kOffsets
};

// One grid of cells. Each of its maps is [1, channels, rows, columns], or [1, rows, columns,
// channels].
struct HeadLevel {
  int boxes = 0;    // index of the output with 4 * bins channels (left, top, right, bottom), or 4
  int classes = 0;  // index of the output with a logit for each class
  int stride = 8;   // tensor pixels a cell
  int objectness = 0;  // kOffsets: index of the output with one logit
};

// How they are read. Anchors count through the levels in order, row by row.
struct HeadMaps {
  HeadKind kind = HeadKind::kDistributions;
  int bins = 16;  // kDistributions
  Layout layout = Layout::kNchw;
  std::vector<HeadLevel> levels;
};

// Empty if the outputs (of one picture) fit, else what is wrong.
std::string check_maps(const std::vector<Tensor>& outputs, const HeadMaps& maps,
                       const DetectOptions& options);

// As detect(), which would find the same in the decoded output: only what scores over the threshold
// is decoded. f32, f16 or bf16.
void detect_maps(const std::vector<Tensor>& outputs, const HeadMaps& maps,
                 const DetectOptions& options, const LetterboxGeometry& geometry,
                 std::vector<ls_detection>& detections);

}  // namespace lineside
