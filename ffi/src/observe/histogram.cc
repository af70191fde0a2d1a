#include "observe/histogram.h"

#include <algorithm>
#include <cmath>

#include "observe/scan.h"

namespace lineside {
namespace {

constexpr size_t kTables = 4;
constexpr size_t kBlock = 512;
// Whatever they are, they can't overflow a table's counts.
constexpr size_t kMostUnsettled = size_t{1} << 31;

// The least exponent whose range holds `value`: half open, so 1 needs 2^1 and -1 needs 2^0.
int exponent_of(float value) {
  if (value == 0) return Histogram::kLeast;
  int exponent = 0;
  const float fraction = std::frexp(value, &exponent);
  return std::max(Histogram::kLeast, fraction == -0.5F ? exponent - 1 : exponent);
}

}  // namespace

Histogram::Histogram(int bins) : bins_(static_cast<size_t>(bins)) {}

void Histogram::clear() {
  settle();
  std::fill(bins_.begin(), bins_.end(), 0);
  exponent_ = kLeast;
  empty_ = true;
}

void Histogram::cover(float min, float max) {
  double_to(std::max(exponent_of(min), exponent_of(max)));
}

void Histogram::double_to(int exponent) {
  if (exponent <= exponent_) return;
  settle();
  const size_t half = bins_.size() / 2;
  // Beyond that all is in the two bins beside zero.
  int times = empty_ ? 0 : std::min(exponent - exponent_, 32);
  exponent_ = exponent;
  for (; times > 0; --times) {
    for (size_t i = half; i < 2 * half; ++i) {
      const size_t from = 2 * i - half;
      bins_[i] = from < 2 * half ? bins_[from] + bins_[from + 1] : 0;
    }
    for (size_t i = half; i-- > 0;) {
      const size_t mirrored = 2 * (half - 1 - i);
      bins_[i] = mirrored < half ? bins_[half - 1 - mirrored] + bins_[half - 2 - mirrored] : 0;
    }
  }
}

void Histogram::add(const float* values, size_t count) {
  const size_t bins = bins_.size();
  if (tables_.empty()) tables_.resize(kTables * bins);
  const auto half = static_cast<int32_t>(bins / 2);
  const float scale = std::ldexp(static_cast<float>(half), -exponent_);
  uint32_t* const zero = tables_.data() + half;
  int32_t found[kBlock];
  for (size_t begin = 0; begin < count; begin += kBlock) {
    const size_t size = std::min(kBlock, count - begin);
    floor_scaled(values + begin, size, scale, found);
    size_t i = 0;
    for (; i + kTables <= size; i += kTables) {
      ++zero[found[i]];
      ++zero[found[i + 1] + static_cast<int64_t>(bins)];
      ++zero[found[i + 2] + static_cast<int64_t>(2 * bins)];
      ++zero[found[i + 3] + static_cast<int64_t>(3 * bins)];
    }
    for (; i < size; ++i) ++zero[found[i]];
  }
  empty_ = empty_ && count == 0;
  unsettled_ += count;
  if (unsettled_ > kMostUnsettled) settle();
}

void Histogram::settle() {
  if (unsettled_ == 0) return;
  const size_t bins = bins_.size();
  for (size_t i = 0; i < bins; ++i) {
    for (size_t table = 0; table < kTables; ++table) bins_[i] += tables_[table * bins + i];
  }
  std::fill(tables_.begin(), tables_.end(), 0);
  unsettled_ = 0;
}

void Histogram::merge(Histogram& other) {
  other.double_to(exponent_);
  double_to(other.exponent_);
  other.settle();
  empty_ = empty_ && other.empty_;
  for (size_t i = 0; i < bins_.size(); ++i) bins_[i] += other.bins_[i];
}

const std::vector<uint64_t>& Histogram::bins() {
  settle();
  return bins_;
}

}  // namespace lineside
