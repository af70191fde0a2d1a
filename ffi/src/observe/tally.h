// What is known of one tensor's values: their histogram, extremes and sums, also by channel.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/tensor.h"
#include "observe/exact_sum.h"
#include "observe/histogram.h"
#include "observe/scan.h"

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
  // All of a tensor of f32, f16 or bf16. With channels, they are its second axis, or its last.
  void add(const Tensor& tensor, bool channels_last = false);
  // Both have the same channels. Settles `other`.
  void merge(Tally& other);

  Histogram histogram;
  Extent whole;
  ExactSum sum_absolute;
  uint64_t nans = 0;
  uint64_t infinities = 0;
  std::vector<Extent> channels;

 private:
  // Values `begin` and on as floats, valid until the next call.
  const float* floats(const Tensor& tensor, size_t begin, size_t count);
  void add(const Tensor& tensor, size_t begin, size_t count, Extent* channel);
  void add(const float* values, size_t count, Extent* channel);
  // Of finite values.
  void count(const float* values, size_t count, const Scan& found);
  void add_rows(const float* values, size_t rows);

  std::vector<float> block_, low_, high_;
  std::vector<double> totals_;
};

}  // namespace lineside
