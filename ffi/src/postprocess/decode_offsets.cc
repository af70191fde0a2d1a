#include <cmath>

#include "postprocess/candidates.h"
#include "postprocess/head_maps.h"
#include "postprocess/map_reader.h"

namespace lineside {

void decode_offsets(const std::vector<Tensor>& outputs, const HeadMaps& maps,
                    const DetectOptions& options, std::vector<Candidate>& candidates) {
  CandidateSink sink(options, candidates);
  const float threshold = logit_under(options.score);
  int64_t anchors = 0;
  for (const HeadLevel& level : maps.levels) {
    const HeadMap objects(outputs[static_cast<size_t>(level.objectness)], maps.layout);
    const HeadMap logits(outputs[static_cast<size_t>(level.classes)], maps.layout);
    const HeadMap offsets(outputs[static_cast<size_t>(level.boxes)], maps.layout);
    const auto stride = static_cast<float>(level.stride);
    const auto add = [&](int64_t cell, float score, int class_id) {
      const auto column = static_cast<float>(cell % logits.columns);
      const auto row = static_cast<float>(cell / logits.columns);
      sink.add_centred((offsets(cell, 0) + column) * stride, (offsets(cell, 1) + row) * stride,
                       std::exp(offsets(cell, 2)) * stride, std::exp(offsets(cell, 3)) * stride,
                       score, class_id, anchors + cell);
    };
    // Class scores are at most 1, so that no product with them exceeds it.
    objects.each_over(threshold, [&](int64_t cell, int64_t) {
      const float objectness = sigmoid(objects(cell, 0));
      if (!(objectness > options.score)) return;
      float best = -INFINITY;
      int best_class = -1;
      for (int c = 0; c < options.classes; ++c) {
        const float logit = logits(cell, c);
        if (options.multi_label) {
          const float score = sigmoid(logit) * objectness;
          if (score > options.score) add(cell, score, c);
        } else if (logit > best) {
          best = logit;
          best_class = c;
        }
      }
      if (best_class < 0) return;
      const float score = sigmoid(best) * objectness;
      if (score > options.score) add(cell, score, best_class);
    });
    anchors += logits.cells;
  }
}

}  // namespace lineside
