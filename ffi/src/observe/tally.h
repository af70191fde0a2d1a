// What is known of one tensor's values: their histogram, extremes and sums, also by channel.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/tensor.h"
#include "observe/exact_sum.h"
#include "observe/histogram.h"

namespace lineside {

// Finite values of a tensor, or of one of its channels.
struct Extent {
  uint64_t count = 0;
  float min = 0;  // of both: only if count > 0
  float max = 0;
  ExactSum sum;

  void add(uint64_t values, float low, float high, double total);
  void merge(const Extent& other);
};

class Tally {
 public:
  explicit Tally(int bins) : histogram(bins) {}

  void clear(size_t channels);
  // All of a tensor of f32, f16 or bf16. With channels, their number is its second size.
  void add(const Tensor& tensor);
  // Both have the same channels. Settles `other`.
  void merge(Tally& other);

  Histogram histogram;
  Extent whole;
  ExactSum sum_absolute;
  uint64_t nans = 0;
  uint64_t infinities = 0;
  std::vector<Extent> channels;

 private:
  void add(const Tensor& tensor, size_t begin, size_t count, Extent* channel);
  void add(const float* values, size_t count, Extent* channel);

  std::vector<float> block_;
};

}  // namespace lineside
