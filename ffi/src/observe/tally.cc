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

void Tally::add(const Tensor& tensor) {
  size_t size = 1;
  for (size_t axis = 0; axis < tensor.shape.size(); ++axis) size *= extent(tensor, axis);
  if (size == 0) return;
  if (channels.empty()) return add(tensor, 0, size, nullptr);
  const size_t pictures = extent(tensor, 0);
  const size_t plane = size / pictures / channels.size();
  for (size_t i = 0; i < pictures * channels.size(); ++i) {
    add(tensor, i * plane, plane, &channels[i % channels.size()]);
  }
}

void Tally::add(const Tensor& tensor, size_t begin, size_t count, Extent* channel) {
  for (const size_t end = begin + count; begin < end;) {
    const size_t size = std::min(kBlock, end - begin);
    if (tensor.type == ElementType::kF32) {
      add(static_cast<const float*>(tensor.data) + begin, size, channel);
    } else {
      block_.resize(kBlock);
      const uint16_t* from = static_cast<const uint16_t*>(tensor.data) + begin;
      (tensor.type == ElementType::kF16 ? from_halves : from_bfloats)(from, size, block_.data());
      add(block_.data(), size, channel);
    }
    begin += size;
  }
}

void Tally::add(const float* values, size_t count, Extent* channel) {
  const Scan found = scan(values, count);
  if (!found.finite) {
    std::vector<float> finite;
    finite.reserve(count);
    for (size_t i = 0; i < count; ++i) {
      if (std::isfinite(values[i])) {
        finite.push_back(values[i]);
      } else {
        ++(std::isnan(values[i]) ? nans : infinities);
      }
    }
    if (!finite.empty()) add(finite.data(), finite.size(), channel);
    return;
  }
  histogram.cover(found.min, found.max);
  histogram.add(values, count);
  whole.add(count, found.min, found.max, found.sum);
  sum_absolute.add(found.sum_absolute);
  if (channel) channel->add(count, found.min, found.max, found.sum);
}

}  // namespace lineside
