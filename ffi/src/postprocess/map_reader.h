// Reading the numbers of a head's maps, of whatever type and layout.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "core/tensor.h"
#include "postprocess/scan.h"
#include "preprocess/half.h"
#include "preprocess/letterbox.h"

namespace lineside {

inline float sigmoid(float logit) { return 1 / (1 + std::exp(-logit)); }

// A little under the logit of `score`: what it lets through is held against the score itself.
float logit_under(float score);

// The greatest number of the type (f16 or bf16) that is not greater than `value`.
uint16_t rounded_down(float value, ElementType type);

// One map of a level: of f32, f16 or bf16, in either layout.
class HeadMap {
 public:
  HeadMap(const Tensor& map, Layout layout) : type_(map.type), data_(map.data) {
    const bool last = layout == Layout::kNhwc;
    channels = map.shape[last ? 3 : 1];
    columns = map.shape[last ? 2 : 3];
    cells = map.shape[last ? 1 : 2] * columns;
    cell_step_ = last ? channels : 1;
    channel_step_ = last ? 1 : cells;
  }
  float operator()(int64_t cell, int64_t channel) const {
    const int64_t index = cell * cell_step_ + channel * channel_step_;
    switch (type_) {
      case ElementType::kF16:
        return from_half(static_cast<const uint16_t*>(data_)[index]);
      case ElementType::kBf16:
        return from_bfloat(static_cast<const uint16_t*>(data_)[index]);
      default:
        return static_cast<const float*>(data_)[index];
    }
  }
  // Calls found(cell, channel) for each number over the threshold, in memory's order.
  template <typename Found>
  void each_over(float threshold, Found&& found) const {
    constexpr int kPiece = 1 << 14;
    thread_local std::vector<int32_t> indices(kPiece);
    const bool whole = type_ == ElementType::kF32;
    const uint16_t bits = whole ? uint16_t{0} : rounded_down(threshold, type_);
    const int64_t count = cells * channels;
    for (int64_t start = 0; start < count; start += kPiece) {
      const int size = static_cast<int>(std::min<int64_t>(kPiece, count - start));
      const int many =
          whole
              ? find_over(static_cast<const float*>(data_) + start, size, threshold, indices.data())
              : find_over(static_cast<const uint16_t*>(data_) + start, size, bits, indices.data());
      for (int i = 0; i < many; ++i) {
        const int64_t index = start + indices[static_cast<size_t>(i)];
        found(index / cell_step_ % cells, index / channel_step_ % channels);
      }
    }
  }

  int64_t channels, columns, cells;

 private:
  ElementType type_;
  const void* data_;
  int64_t cell_step_, channel_step_;
};

}  // namespace lineside
