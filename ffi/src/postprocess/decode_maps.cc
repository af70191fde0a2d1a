#include <algorithm>
#include <cmath>
#include <limits>

#include "postprocess/candidates.h"
#include "postprocess/exponential.h"
#include "postprocess/head_maps.h"
#include "postprocess/scan.h"
#include "preprocess/half.h"

namespace lineside {

namespace {

// Numbers of any of the three types.
class Reader {
 public:
  explicit Reader(const Tensor& tensor) : type_(tensor.type), data_(tensor.data) {}
  float operator[](int64_t index) const {
    switch (type_) {
      case ElementType::kF16:
        return from_half(static_cast<const uint16_t*>(data_)[index]);
      case ElementType::kBf16:
        return from_bfloat(static_cast<const uint16_t*>(data_)[index]);
      default:
        return static_cast<const float*>(data_)[index];
    }
  }

 private:
  ElementType type_;
  const void* data_;
};

float sigmoid(float logit) { return 1 / (1 + std::exp(-logit)); }

// A little under the logit of `score`: what it lets through is held against the score itself.
float logit_under(float score) {
  const double exact = std::log(static_cast<double>(score) / (1 - static_cast<double>(score)));
  const double under = exact - 1e-5 * (1 + std::fabs(exact));
  // NaN: the score is no share. Nothing exceeds a score of 1 or more.
  if (score < 0) return -std::numeric_limits<float>::infinity();
  return score < 1 ? static_cast<float>(under) : std::numeric_limits<float>::infinity();
}

// The greatest number of the type that is not greater than `value`.
uint16_t rounded_down(float value, ElementType type) {
  const bool half = type == ElementType::kF16;
  const uint16_t bits = half ? to_half(value) : to_bfloat(value);
  if (!((half ? from_half(bits) : from_bfloat(bits)) > value)) return bits;
  if (bits == 0) return 0x8001u;
  return static_cast<uint16_t>((bits & 0x8000u) != 0 ? bits + 1 : bits - 1);
}

// Calls found(index) for each number over the threshold, rising.
template <typename Found>
void each_over(const Tensor& tensor, int64_t count, float threshold, Found&& found) {
  constexpr int kPiece = 1 << 14;
  thread_local std::vector<int32_t> indices(kPiece);
  const bool whole = tensor.type == ElementType::kF32;
  const uint16_t bits = whole ? uint16_t{0} : rounded_down(threshold, tensor.type);
  for (int64_t start = 0; start < count; start += kPiece) {
    const int size = static_cast<int>(std::min<int64_t>(kPiece, count - start));
    const int many = whole ? find_over(static_cast<const float*>(tensor.data) + start, size,
                                       threshold, indices.data())
                           : find_over(static_cast<const uint16_t*>(tensor.data) + start, size,
                                       bits, indices.data());
    for (int i = 0; i < many; ++i) found(start + indices[static_cast<size_t>(i)]);
  }
}

// The mean of the bins' numbers, weighted by their softmax. `scratch` has room for them.
float expected_bin(const Reader& boxes, int64_t first, int64_t step, int bins, float* scratch) {
  float most = -std::numeric_limits<float>::infinity();
  for (int k = 0; k < bins; ++k) most = std::max(most, scratch[k] = boxes[first + k * step]);
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

// Where a map's numbers lie.
struct Places {
  Places(const Tensor& map, Layout layout) {
    const bool last = layout == Layout::kNhwc;
    channels = map.shape[last ? 3 : 1];
    columns = map.shape[last ? 2 : 3];
    cells = map.shape[last ? 1 : 2] * columns;
    cell = last ? channels : 1;
    channel = last ? 1 : cells;
  }
  int64_t channels, columns, cells;
  int64_t cell, channel;  // steps from one to the next
};

}  // namespace

void decode_maps(const std::vector<Tensor>& outputs, const HeadMaps& maps,
                 const DetectOptions& options, std::vector<Candidate>& candidates) {
  CandidateSink sink(options, candidates);
  thread_local std::vector<float> scratch;
  scratch.resize(static_cast<size_t>(maps.bins));
  const float threshold = logit_under(options.score);
  int64_t anchors = 0;
  for (const HeadLevel& level : maps.levels) {
    const Tensor& classes = outputs[static_cast<size_t>(level.classes)];
    const Tensor& boxes = outputs[static_cast<size_t>(level.boxes)];
    const Places place(classes, maps.layout);
    const Places side(boxes, maps.layout);
    const Reader logits(classes);
    const Reader distances(boxes);
    const auto stride = static_cast<float>(level.stride);
    const auto add = [&](int64_t cell, float logit, int32_t class_id) {
      const float score = sigmoid(logit);
      if (!(score > options.score) || !sink.keeps(class_id)) return;
      float reach[4];
      for (int i = 0; i < 4; ++i) {
        const int64_t first = cell * side.cell + i * maps.bins * side.channel;
        reach[i] = expected_bin(distances, first, side.channel, maps.bins, scratch.data());
      }
      const float x = static_cast<float>(cell % place.columns) + 0.5f;
      const float y = static_cast<float>(cell / place.columns) + 0.5f;
      sink.add_corners((x - reach[0]) * stride, (y - reach[1]) * stride, (x + reach[2]) * stride,
                       (y + reach[3]) * stride, score, class_id, anchors + cell);
    };
    thread_local std::vector<Best> best;
    thread_local std::vector<int32_t> seen;
    best.assign(static_cast<size_t>(place.cells), {threshold, -1});
    seen.clear();
    each_over(classes, place.cells * place.channels, threshold, [&](int64_t index) {
      const int64_t cell = index / place.cell % place.cells;
      const auto class_id = static_cast<int32_t>(index / place.channel % place.channels);
      const float logit = logits[index];
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
    anchors += place.cells;
  }
}

}  // namespace lineside
