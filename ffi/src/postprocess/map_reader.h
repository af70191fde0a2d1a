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

// Numbers of any of the three types.
class MapReader {
 public:
  explicit MapReader(const Tensor& tensor) : type_(tensor.type), data_(tensor.data) {}
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

inline float sigmoid(float logit) { return 1 / (1 + std::exp(-logit)); }

// A little under the logit of `score`: what it lets through is held against the score itself.
float logit_under(float score);

// The greatest number of the type (f16 or bf16) that is not greater than `value`.
uint16_t rounded_down(float value, ElementType type);

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

// Where a map's numbers lie.
struct MapPlaces {
  MapPlaces(const Tensor& map, Layout layout) {
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

}  // namespace lineside
