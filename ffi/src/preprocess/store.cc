#include "preprocess/store.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace lineside {

namespace {

template <typename T, typename Convert>
void store_channel(T* row, int stride, int left, int count, int width, T pad, const uint8_t* source,
                   const Convert& convert) {
  int x = 0;
  for (; x < left; ++x) row[static_cast<ptrdiff_t>(x) * stride] = pad;
  for (int i = 0; i < count; ++i, ++x) row[static_cast<ptrdiff_t>(x) * stride] = convert(source[i]);
  for (; x < width; ++x) row[static_cast<ptrdiff_t>(x) * stride] = pad;
}

}  // namespace

uint16_t to_half(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  const auto sign = static_cast<uint16_t>((bits >> 16) & 0x8000u);
  const uint32_t magnitude = bits & 0x7fffffffu;
  if (magnitude > 0x7f800000u) return static_cast<uint16_t>(sign | 0x7e00u);
  if (magnitude >= 0x477ff000u) return static_cast<uint16_t>(sign | 0x7c00u);
  uint32_t kept;
  uint32_t rest;
  uint32_t half;
  if (magnitude < 0x38800000u) {  // a subnormal half
    if (magnitude < 0x33000000u) return sign;
    const uint32_t shift = 126 - (magnitude >> 23);
    const uint32_t mantissa = (magnitude & 0x7fffffu) | 0x800000u;
    kept = mantissa >> shift;
    rest = mantissa & ((1u << shift) - 1);
    half = 1u << (shift - 1);
  } else {
    kept = (magnitude - 0x38000000u) >> 13;
    rest = magnitude & 0x1fffu;
    half = 0x1000u;
  }
  if (rest > half || (rest == half && (kept & 1u) != 0)) ++kept;
  return static_cast<uint16_t>(sign | kept);
}

void make_value_tables(const LetterboxOptions& options, ValueTables& tables) {
  tables.channels = options.order == ChannelOrder::kGrey ? 1 : 3;
  for (int c = 0; c < tables.channels; ++c) {
    tables.multiplier[c] = options.scale / options.std[c];
    tables.addend[c] = -options.mean[c] / options.std[c];
    for (int value = 0; value < 256; ++value) {
      const float mapped =
          std::fma(static_cast<float>(value), tables.multiplier[c], tables.addend[c]);
      tables.f32[c][value] = mapped;
      tables.f16[c][value] = to_half(mapped);
    }
  }
}

void store_row(const LetterboxOptions& options, const ValueTables& tables, int y, int left,
               int count, const uint8_t* const* channels, void* tensor) {
  const int width = options.width;
  const bool planar = options.layout == Layout::kNchw;
  const int stride = planar ? 1 : tables.channels;
  for (int c = 0; c < tables.channels; ++c) {
    const size_t pixels = static_cast<size_t>(width);
    const size_t start = planar ? (static_cast<size_t>(c) * options.height + y) * pixels
                                : static_cast<size_t>(y) * pixels * tables.channels + c;
    const uint8_t* source = channels[c];
    switch (options.type) {
      case ElementType::kF32:
        store_channel(static_cast<float*>(tensor) + start, stride, left, count, width,
                      tables.f32[c][options.pad], source,
                      [&](uint8_t value) { return tables.f32[c][value]; });
        break;
      case ElementType::kF16:
        store_channel(static_cast<uint16_t*>(tensor) + start, stride, left, count, width,
                      tables.f16[c][options.pad], source,
                      [&](uint8_t value) { return tables.f16[c][value]; });
        break;
      default:
        store_channel(static_cast<uint8_t*>(tensor) + start, stride, left, count, width,
                      static_cast<uint8_t>(options.pad), source,
                      [](uint8_t value) { return value; });
    }
  }
}

}  // namespace lineside
