// Counts of values in equal bins over a range that doubles as it must.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace lineside {

// `bins`, a power of two, lie over [-2^exponent, 2^exponent); bin i holds the values from
// (i - bins/2) * 2^exponent / (bins/2) up to where the next begins. Doubling the range merges bins
// in pairs, so that the counts depend on nothing but the values: not on their order, and not on
// how they were split among histograms that were merged.
class Histogram {
 public:
  // Values nearer to zero than 2^kLeast share the range of 2^kLeast.
  static constexpr int kLeast = -100;

  explicit Histogram(int bins);

  void clear();
  // Doubles the range until both are within. They are finite.
  void cover(float min, float max);
  // Values that are covered.
  void add(const float* values, size_t count);
  void merge(Histogram& other);

  int exponent() const { return exponent_; }
  // All that was counted; not const because counts are kept in four tables until then.
  const std::vector<uint64_t>& bins();

 private:
  void double_to(int exponent);
  void settle();

  int exponent_ = kLeast;
  bool empty_ = true;  // nothing to be moved to other bins
  std::vector<uint64_t> bins_;
  // Neighbouring values mostly share a bin: in one table, each addition would wait for the last.
  std::vector<uint32_t> tables_;
  size_t unsettled_ = 0;
};

}  // namespace lineside
