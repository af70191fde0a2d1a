#include "observe/tally.h"

#include <algorithm>
#include <cmath>

#include "observe/scan.h"
#include "preprocess/half.h"

namespace lineside {
namespace {

// Of floats: what is scanned is still in the cache when it is counted.
constexpr size_t kBlock = 8192;

size_t extent(const Tensor& tensor, size_t axis) { return static_cast<size_t>(tensor.shape[axis]); }

}  // namespace

void Extent::add(uint64_t values, float low, float high, double total) {
  min = count == 0 ? low : std::min(min, low);
  max = count == 0 ? high : std::max(max, high);
  count += values;
  sum.add(total);
}

void Extent::merge(const Extent& other) {
  if (other.count == 0) return;
  min = count == 0 ? other.min : std::min(min, other.min);
  max = count == 0 ? other.max : std::max(max, other.max);
  count += other.count;
  sum.add(other.sum);
}

void Tally::clear(size_t number) {
  histogram.clear();
  whole = {};
  sum_absolute = {};
  nans = infinities = 0;
  channels.assign(number, {});
}

void Tally::merge(Tally& other) {
  if (other.whole.count > 0) histogram.merge(other.histogram);
  whole.merge(other.whole);
  sum_absolute.add(other.sum_absolute);
  nans += other.nans;
  infinities += other.infinities;
  for (size_t i = 0; i < channels.size(); ++i) channels[i].merge(other.channels[i]);
}

void Tally::add(const Tensor& tensor, bool channels_last) {
  size_t size = 1;
  for (size_t axis = 0; axis < tensor.shape.size(); ++axis) size *= extent(tensor, axis);
  if (size == 0) return;
  const size_t number = channels.size();
  if (number == 0) return add(tensor, 0, size, nullptr);
  if (channels_last) {
    const size_t rows = std::max<size_t>(1, kBlock / number);
    for (size_t row = 0; row < size / number; row += rows) {
      const size_t some = std::min(rows, size / number - row);
      add_rows(floats(tensor, row * number, some * number), some);
    }
    return;
  }
  const size_t pictures = extent(tensor, 0);
  const size_t plane = size / pictures / number;
  for (size_t i = 0; i < pictures * number; ++i) {
    add(tensor, i * plane, plane, &channels[i % number]);
  }
}

const float* Tally::floats(const Tensor& tensor, size_t begin, size_t count) {
  if (tensor.type == ElementType::kF32) return static_cast<const float*>(tensor.data) + begin;
  block_.resize(count);
  const uint16_t* from = static_cast<const uint16_t*>(tensor.data) + begin;
  (tensor.type == ElementType::kF16 ? from_halves : from_bfloats)(from, count, block_.data());
  return block_.data();
}

void Tally::add(const Tensor& tensor, size_t begin, size_t count, Extent* channel) {
  for (const size_t end = begin + count; begin < end;) {
    const size_t size = std::min(kBlock, end - begin);
    add(floats(tensor, begin, size), size, channel);
    begin += size;
  }
}

void Tally::add(const float* values, size_t size, Extent* channel) {
  const Scan found = scan(values, size);
  if (!found.finite) {
    std::vector<float> finite;
    finite.reserve(size);
    for (size_t i = 0; i < size; ++i) {
      if (std::isfinite(values[i])) {
        finite.push_back(values[i]);
      } else {
        ++(std::isnan(values[i]) ? nans : infinities);
      }
    }
    if (!finite.empty()) add(finite.data(), finite.size(), channel);
    return;
  }
  count(values, size, found);
  if (channel) channel->add(size, found.min, found.max, found.sum);
}

void Tally::count(const float* values, size_t size, const Scan& found) {
  histogram.cover(found.min, found.max);
  histogram.add(values, size);
  whole.add(size, found.min, found.max, found.sum);
  sum_absolute.add(found.sum_absolute);
}

void Tally::add_rows(const float* values, size_t rows) {
  const size_t number = channels.size();
  const Scan found = scan(values, rows * number);
  if (!found.finite) {
    std::vector<float> column(rows);
    for (size_t c = 0; c < number; ++c) {
      for (size_t row = 0; row < rows; ++row) column[row] = values[row * number + c];
      add(column.data(), rows, &channels[c]);
    }
    return;
  }
  count(values, rows * number, found);
  low_.resize(number);
  high_.resize(number);
  totals_.resize(number);
  scan_channels(values, rows, number, low_.data(), high_.data(), totals_.data());
  for (size_t c = 0; c < number; ++c) channels[c].add(rows, low_[c], high_[c], totals_[c]);
}

}  // namespace lineside
