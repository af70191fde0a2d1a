#include <cmath>

#include "postprocess/candidates.h"

namespace lineside {

namespace {

// The cell of an anchor: YOLOX counts them row by row, level by level. check_output has seen to it
// that there are as many cells as anchors.
class Grid {
 public:
  explicit Grid(const DetectOptions& options) : options_(options) {}
  // Anchors are asked for in rising order.
  void find(int64_t anchor, float& x, float& y, float& stride) {
    while (anchor >= end_) next_level();
    const int64_t cell = anchor - start_;
    x = static_cast<float>(cell % columns_);
    y = static_cast<float>(cell / columns_);
    stride = static_cast<float>(stride_);
  }

 private:
  void next_level() {
    stride_ = options_.strides[level_++];
    columns_ = options_.input_width / stride_;
    start_ = end_;
    end_ += columns_ * (options_.input_height / stride_);
  }
  const DetectOptions& options_;
  size_t level_ = 0;
  int stride_ = 1;
  int64_t columns_ = 1;
  int64_t start_ = 0;  // the level's first anchor, and the one after its last
  int64_t end_ = 0;
};

}  // namespace

void decode_anchors(const Values& values, const DetectOptions& options,
                    std::vector<Candidate>& candidates) {
  const bool raw = options.family == HeadFamily::kYolox;
  Grid grid(options);
  CandidateSink sink(options, candidates);
  for (int64_t anchor = 0; anchor < values.rows; ++anchor) {
    const float* row = values.data + anchor * values.columns;
    const float objectness = row[4];
    // Class scores are at most 1, so that no product can exceed it.
    if (!(objectness > options.score)) continue;
    float cx = row[0];
    float cy = row[1];
    float w = row[2];
    float h = row[3];
    if (raw) {
      float x, y, stride;
      grid.find(anchor, x, y, stride);
      cx = (cx + x) * stride;
      cy = (cy + y) * stride;
      w = std::exp(w) * stride;
      h = std::exp(h) * stride;
    }
    float best = options.score;
    int best_class = -1;
    for (int c = 0; c < options.classes; ++c) {
      const float score = row[5 + c] * objectness;
      if (!(score > (options.multi_label ? options.score : best))) continue;
      if (options.multi_label) {
        sink.add_centred(cx, cy, w, h, score, c, anchor);
      } else {
        best = score;
        best_class = c;
      }
    }
    if (best_class >= 0) sink.add_centred(cx, cy, w, h, best, best_class, anchor);
  }
}

}  // namespace lineside
