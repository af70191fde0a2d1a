#include <algorithm>
#include <cmath>
#include <limits>

#include "postprocess/candidates.h"
#include "postprocess/exponential.h"
#include "postprocess/head_maps.h"
#include "postprocess/map_reader.h"

namespace lineside {

namespace {

// The mean of the bins' numbers, weighted by their softmax. `scratch` has room for them.
float expected_bin(const HeadMap& boxes, int64_t cell, int side, int bins, float* scratch) {
  float most = -std::numeric_limits<float>::infinity();
  for (int k = 0; k < bins; ++k) most = std::max(most, scratch[k] = boxes(cell, side * bins + k));
  exponentials(scratch, bins, most);
  float sum = 0;
  float weighted = 0;
  for (int k = 0; k < bins; ++k) {
    sum += scratch[k];
    weighted += static_cast<float>(k) * scratch[k];
  }
  return weighted / sum;
}

struct Best {
  float logit;
  int32_t class_id;  // -1: none yet
};

}  // namespace

void decode_distributions(const std::vector<Tensor>& outputs, const HeadMaps& maps,
                          const DetectOptions& options, std::vector<Candidate>& candidates) {
  CandidateSink sink(options, candidates);
  thread_local std::vector<float> scratch;
  scratch.resize(static_cast<size_t>(maps.bins));
  const float threshold = logit_under(options.score);
  int64_t anchors = 0;
  for (const HeadLevel& level : maps.levels) {
    const HeadMap logits(outputs[static_cast<size_t>(level.classes)], maps.layout);
    const HeadMap distances(outputs[static_cast<size_t>(level.boxes)], maps.layout);
    const auto stride = static_cast<float>(level.stride);
    const auto add = [&](int64_t cell, float logit, int32_t class_id) {
      const float score = sigmoid(logit);
      if (!(score > options.score) || !sink.keeps(class_id)) return;
      float reach[4];
      for (int i = 0; i < 4; ++i) {
        reach[i] = expected_bin(distances, cell, i, maps.bins, scratch.data());
      }
      const float x = static_cast<float>(cell % logits.columns) + 0.5f;
      const float y = static_cast<float>(cell / logits.columns) + 0.5f;
      sink.add_corners((x - reach[0]) * stride, (y - reach[1]) * stride, (x + reach[2]) * stride,
                       (y + reach[3]) * stride, score, class_id, anchors + cell);
    };
    thread_local std::vector<Best> best;
    thread_local std::vector<int32_t> seen;
    best.assign(static_cast<size_t>(logits.cells), {threshold, -1});
    seen.clear();
    logits.each_over(threshold, [&](int64_t cell, int64_t channel) {
      const auto class_id = static_cast<int32_t>(channel);
      const float logit = logits(cell, channel);
      if (options.multi_label) return add(cell, logit, class_id);
      Best& entry = best[static_cast<size_t>(cell)];
      if (!(logit > entry.logit)) return;
      if (entry.class_id < 0) seen.push_back(static_cast<int32_t>(cell));
      entry = {logit, class_id};
    });
    for (const int32_t cell : seen) {
      const Best& entry = best[static_cast<size_t>(cell)];
      add(cell, entry.logit, entry.class_id);
    }
    anchors += logits.cells;
  }
}

}  // namespace lineside
