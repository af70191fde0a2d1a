#include "preprocess/resample.h"

#include <cstddef>

namespace lineside {

void resample_across(const Samples& samples, const Taps& taps, int16_t* out) {
  for (int i = 0; i < taps.target; ++i) {
    const uint8_t* at = samples.row + static_cast<ptrdiff_t>(taps.first[i]) * samples.step;
    const int weight = taps.weight[i];
    // Without weight the next sample may lie outside the row.
    const int next = weight != 0 ? at[samples.step] : 0;
    out[i] = static_cast<int16_t>((at[0] * (kTapOne - weight) + next * weight) >>
                                  (kTapBits - kHeldBits));
  }
}

void pick_across(const Samples& samples, const Taps& taps, uint8_t* out) {
  for (int i = 0; i < taps.target; ++i) {
    out[i] = samples.row[static_cast<ptrdiff_t>(taps.first[i]) * samples.step];
  }
}

void blend_to_bytes(const int16_t* first, const int16_t* second, int weight, int count,
                    uint8_t* out) {
  constexpr int kShift = kTapBits + kHeldBits;
  for (int i = 0; i < count; ++i) {
    out[i] = static_cast<uint8_t>(
        (first[i] * (kTapOne - weight) + second[i] * weight + (1 << (kShift - 1))) >> kShift);
  }
}

void blend_to_fine(const int16_t* first, const int16_t* second, int weight, int count,
                   int16_t* out) {
  constexpr int kShift = kTapBits + kHeldBits - kFineBits;
  for (int i = 0; i < count; ++i) {
    out[i] = static_cast<int16_t>(
        (first[i] * (kTapOne - weight) + second[i] * weight + (1 << (kShift - 1))) >> kShift);
  }
}

}  // namespace lineside
