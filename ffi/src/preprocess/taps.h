// Which source samples each output sample is mixed from, along one axis.
#pragma once

#include <cstdint>
#include <vector>

namespace lineside {

// Weights are fixed-point: kTapOne is 1. OpenCV uses the same 11 bits.
constexpr int kTapBits = 11;
constexpr int kTapOne = 1 << kTapBits;

struct Taps {
  int source = 0;
  int target = 0;
  std::vector<int32_t> first;   // index of the left or upper sample
  std::vector<int16_t> weight;  // of the sample after it; `first` has kTapOne minus it
};

// As cv2 INTER_LINEAR: output i lies at (i + 0.5) * source / target - 0.5, edges repeat. A weight
// that is not 0 has a sample after `first`.
Taps make_taps(int source, int target);

// For the chroma of a picture whose luma has `luma` taps, if every chroma sample stands for two
// luma samples. Upsampling chroma by repetition, as swscale's unscaled converter and cv2.cvtColor
// do, and then interpolating, comes to this: the luma's weights on samples first / 2 and
// (first + 1) / 2.
Taps halve_taps(const Taps& luma);

}  // namespace lineside
