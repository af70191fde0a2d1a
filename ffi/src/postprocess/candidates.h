// What lies between reading a model's output and suppression.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/tensor.h"
#include "postprocess/detect.h"
#include "postprocess/head_maps.h"

namespace lineside {

struct Candidate {
  float x1, y1, x2, y2;  // tensor pixels
  float score;
  int32_t class_id;
  int32_t anchor;  // its place in the output; ties in score keep this order
};

// An output as f32: where it was another type, a copy.
struct Values {
  const float* data;
  int64_t rows;     // shape[1]
  int64_t columns;  // shape[2]
};

// Each appends the candidates that score over options.score and whose box is finite and has an
// area. With options.keep, a candidate whose best class is not kept goes, as in Ultralytics.
void decode_yolov8(const Values& values, const DetectOptions& options,
                   std::vector<Candidate>& candidates);
// YOLOv5 and YOLOX: a row an anchor.
void decode_anchors(const Values& values, const DetectOptions& options,
                    std::vector<Candidate>& candidates);
void decode_suppressed(const Values& values, const DetectOptions& options,
                       std::vector<Candidate>& candidates);

// The same from maps that check_maps has nothing to say of.
void decode_distributions(const std::vector<Tensor>& outputs, const HeadMaps& maps,
                          const DetectOptions& options, std::vector<Candidate>& candidates);
void decode_offsets(const std::vector<Tensor>& outputs, const HeadMaps& maps,
                    const DetectOptions& options, std::vector<Candidate>& candidates);

// "[1, 84, 8400]"
std::string listed(const std::vector<int64_t>& shape);

// Sorts by falling score (ties: anchor, then class) and keeps the best `limit`.
void sort_candidates(std::vector<Candidate>& candidates, int limit);

// Greedy suppression of sorted candidates, in place: one goes if its IoU with a kept one (of its
// class, unless agnostic) exceeds `iou`. At most `limit` stay.
void suppress(std::vector<Candidate>& candidates, float iou, bool agnostic, int limit);

// What candidates of any family become: sorted, suppressed, in pixels of the source, within it.
void finish(std::vector<Candidate>& candidates, const DetectOptions& options,
            const LetterboxGeometry& geometry, std::vector<ls_detection>& detections);

// Appends one, if its box is finite and has an area and its class is to be kept. One a thread at a
// time: its table of classes is the thread's.
class CandidateSink {
 public:
  CandidateSink(const DetectOptions& options, std::vector<Candidate>& candidates);
  void add_centred(float cx, float cy, float w, float h, float score, int class_id, int64_t anchor);
  void add_corners(float x1, float y1, float x2, float y2, float score, int class_id,
                   int64_t anchor);

  bool keeps(int class_id) const { return kept_ == nullptr || kept_[class_id] != 0; }

 private:
  const uint8_t* kept_ = nullptr;  // by class; null: all
  std::vector<Candidate>& candidates_;
};

}  // namespace lineside
