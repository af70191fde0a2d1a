#include "preprocess/store.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "preprocess/half.h"
#include "preprocess/kernels.h"

namespace lineside {

namespace {

template <typename T>
void fill(void* tensor, int64_t start, int64_t count, const T* pattern, int period) {
  T* out = static_cast<T*>(tensor) + start;
  // Nearly always the channels are alike.
  if (period == 1 || (pattern[0] == pattern[1] && pattern[1] == pattern[2])) {
    std::fill(out, out + count, pattern[0]);
    return;
  }
  for (int64_t i = 0; i < count; i += 3) {
    for (int c = 0; c < 3; ++c) out[i + c] = pattern[c];
  }
}

}  // namespace

void RowStore::bind(const LetterboxOptions& options, void* tensor) {
  options_ = options;
  tensor_ = tensor;
  channels_ = options.order == ChannelOrder::kGrey ? 1 : 3;
  for (int c = 0; c < channels_; ++c) {
    multiplier_[c] = options.scale / options.std[c];
    addend_[c] = -options.mean[c] / options.std[c];
    pad_.f32[c] = std::fma(static_cast<float>(options.pad), multiplier_[c], addend_[c]);
    pad_.f16[c] = to_half(pad_.f32[c]);
    pad_.bf16[c] = to_bfloat(pad_.f32[c]);
  }
  pad_.u8 = static_cast<uint8_t>(options.pad);
  if (options.layout == Layout::kNhwc && channels_ == 3) {
    interleaved_.resize(static_cast<size_t>(3) * options.width);
  }
}

void RowStore::row(int y, int left, int count, const uint8_t* const* channels) {
  const int64_t width = options_.width;
  const int64_t right = width - left - count;
  if (options_.layout == Layout::kNhwc && channels_ == 3) {
    const int64_t start = 3 * width * y;
    pad(start, 3 * left, 0, 3);
    if (options_.type == ElementType::kU8) {
      kernels().interleave(channels, count, static_cast<uint8_t*>(tensor_) + start + 3 * left);
    } else {
      kernels().interleave(channels, count, interleaved_.data());
      values(start + 3 * left, interleaved_.data(), 3 * count, 0, 3);
    }
    pad(start + 3 * (left + count), 3 * right, 0, 3);
    return;
  }
  for (int c = 0; c < channels_; ++c) {
    const int64_t start = (static_cast<int64_t>(c) * options_.height + y) * width;
    pad(start, left, c, 1);
    values(start + left, channels[c], count, c, 1);
    pad(start + left + count, right, c, 1);
  }
}

void RowStore::pad(int64_t start, int64_t count, int channel, int period) {
  if (count == 0) return;
  switch (options_.type) {
    case ElementType::kF32:
      return fill(tensor_, start, count, pad_.f32 + channel, period);
    case ElementType::kF16:
      return fill(tensor_, start, count, pad_.f16 + channel, period);
    case ElementType::kBf16:
      return fill(tensor_, start, count, pad_.bf16 + channel, period);
    default:
      return fill(tensor_, start, count, &pad_.u8, 1);
  }
}

void RowStore::values(int64_t start, const uint8_t* from, int count, int channel, int period) {
  if (count == 0) return;
  float multiplier[3];
  float addend[3];
  for (int i = 0; i < 3; ++i) {
    multiplier[i] = multiplier_[period == 3 ? i : channel];
    addend[i] = addend_[period == 3 ? i : channel];
  }
  switch (options_.type) {
    case ElementType::kF32:
      return kernels().store_f32(from, count, multiplier, addend,
                                 static_cast<float*>(tensor_) + start);
    case ElementType::kF16:
      return kernels().store_f16(from, count, multiplier, addend,
                                 static_cast<uint16_t*>(tensor_) + start);
    case ElementType::kBf16:
      return kernels().store_bf16(from, count, multiplier, addend,
                                  static_cast<uint16_t*>(tensor_) + start);
    default:
      std::memcpy(static_cast<uint8_t*>(tensor_) + start, from, static_cast<size_t>(count));
  }
}

}  // namespace lineside
