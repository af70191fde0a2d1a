#include "observe/scan.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "preprocess/simd.h"

namespace lineside {
namespace {

constexpr size_t kLanes = 8;
constexpr int32_t kInfinity = 0x7f800000;

// Floats ordered as integers, which compilers turn into vector instructions and NaN can't disturb:
// those from +infinity up and from -infinity down are not finite.
inline int32_t ordered(float value) {
  int32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return bits ^ ((bits >> 31) & 0x7fffffff);
}

inline float unordered(int32_t key) {
  const int32_t bits = key ^ ((key >> 31) & 0x7fffffff);
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value + 0.0F;
}

__attribute__((always_inline)) inline Scan scan_lanes(const float* values, size_t count) {
  int32_t low[kLanes], high[kLanes];
  double sum[kLanes] = {}, absolute[kLanes] = {};
  std::fill(low, low + kLanes, ordered(values[0]));
  std::fill(high, high + kLanes, ordered(values[0]));
  size_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    for (size_t lane = 0; lane < kLanes; ++lane) {
      const float value = values[i + lane];
      const int32_t key = ordered(value);
      low[lane] = key < low[lane] ? key : low[lane];
      high[lane] = key > high[lane] ? key : high[lane];
      sum[lane] += static_cast<double>(value);
      absolute[lane] += static_cast<double>(std::fabs(value));
    }
  }
  for (size_t lane = 0; i < count; ++i, ++lane) {
    low[lane] = std::min(low[lane], ordered(values[i]));
    high[lane] = std::max(high[lane], ordered(values[i]));
    sum[lane] += static_cast<double>(values[i]);
    absolute[lane] += static_cast<double>(std::fabs(values[i]));
  }
  Scan result;
  const int32_t least = *std::min_element(low, low + kLanes);
  const int32_t most = *std::max_element(high, high + kLanes);
  result.finite = least > ~kInfinity && most < kInfinity;
  result.min = unordered(least);
  result.max = unordered(most);
  for (size_t lane = 0; lane < kLanes; ++lane) {
    result.sum += sum[lane];
    result.sum_absolute += absolute[lane];
  }
  return result;
}

__attribute__((always_inline)) inline void scan_rows(const float* values, size_t rows,
                                                     size_t channels, float* __restrict min,
                                                     float* __restrict max,
                                                     double* __restrict sum) {
  for (size_t c = 0; c < channels; ++c) min[c] = max[c] = values[c] + 0.0F;
  std::fill(sum, sum + channels, 0.0);
  for (size_t row = 0; row < rows; ++row, values += channels) {
    for (size_t c = 0; c < channels; ++c) {
      const float value = values[c] + 0.0F;
      min[c] = value < min[c] ? value : min[c];
      max[c] = value > max[c] ? value : max[c];
      sum[c] += static_cast<double>(value);
    }
  }
}

__attribute__((always_inline)) inline void floor_all(const float* values, size_t count, float scale,
                                                     int32_t* out) {
  for (size_t i = 0; i < count; ++i) {
    const float scaled = values[i] * scale;
    const auto whole = static_cast<int32_t>(scaled);
    // Without branches, which compilers would not turn into vector instructions.
    const int below = static_cast<int>(static_cast<float>(whole) > scaled);
    const int underflown = static_cast<int>(whole == 0) & static_cast<int>(values[i] < 0);
    out[i] = whole - (below | underflown);
  }
}

#ifdef LINESIDE_AVX2
LINESIDE_AVX2_UNFUSED Scan scan_avx2(const float* values, size_t count) {
  return scan_lanes(values, count);
}
LINESIDE_AVX2_UNFUSED void scan_channels_avx2(const float* values, size_t rows, size_t channels,
                                              float* min, float* max, double* sum) {
  scan_rows(values, rows, channels, min, max, sum);
}
LINESIDE_AVX2_UNFUSED void floor_avx2(const float* values, size_t count, float scale,
                                      int32_t* out) {
  floor_all(values, count, scale, out);
}
#endif

}  // namespace

Scan scan(const float* values, size_t count) {
#ifdef LINESIDE_AVX2
  if (has_avx2()) return scan_avx2(values, count);
#endif
  return scan_lanes(values, count);
}

void scan_channels(const float* values, size_t rows, size_t channels, float* min, float* max,
                   double* sum) {
#ifdef LINESIDE_AVX2
  if (has_avx2()) return scan_channels_avx2(values, rows, channels, min, max, sum);
#endif
  scan_rows(values, rows, channels, min, max, sum);
}

void floor_scaled(const float* values, size_t count, float scale, int32_t* out) {
#ifdef LINESIDE_AVX2
  if (has_avx2()) return floor_avx2(values, count, scale, out);
#endif
  floor_all(values, count, scale, out);
}

}  // namespace lineside
