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
    const Tensor& objects = outputs[static_cast<size_t>(level.objectness)];
    const Tensor& classes = outputs[static_cast<size_t>(level.classes)];
    const Tensor& boxes = outputs[static_cast<size_t>(level.boxes)];
    const MapPlaces place(classes, maps.layout);
    const MapPlaces side(boxes, maps.layout);
    const MapReader object_logits(objects);
    const MapReader logits(classes);
    const MapReader offsets(boxes);
    const auto stride = static_cast<float>(level.stride);
    const auto add = [&](int64_t cell, float score, int class_id) {
      const auto offset = [&](int64_t i) { return offsets[cell * side.cell + i * side.channel]; };
      const auto column = static_cast<float>(cell % place.columns);
      const auto row = static_cast<float>(cell / place.columns);
      sink.add_centred((offset(0) + column) * stride, (offset(1) + row) * stride,
                       std::exp(offset(2)) * stride, std::exp(offset(3)) * stride, score, class_id,
                       anchors + cell);
    };
    // Class scores are at most 1, so that no product with them exceeds it.
    each_over(objects, place.cells, threshold, [&](int64_t cell) {
      const float objectness = sigmoid(object_logits[cell]);
      if (!(objectness > options.score)) return;
      float best = -INFINITY;
      int best_class = -1;
      for (int c = 0; c < options.classes; ++c) {
        const float logit = logits[cell * place.cell + c * place.channel];
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
    anchors += place.cells;
  }
}

}  // namespace lineside
