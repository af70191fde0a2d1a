#include "preprocess/taps.h"

#include <cmath>
#include <cstddef>

namespace lineside {

Taps make_taps(int source, int target) {
  Taps taps;
  taps.source = source;
  taps.target = target;
  taps.first.resize(static_cast<size_t>(target));
  taps.weight.resize(static_cast<size_t>(target));
  const double scale = static_cast<double>(source) / target;
  for (int i = 0; i < target; ++i) {
    // A float from here on, as in OpenCV, so that the weights round alike.
    float position = static_cast<float>((i + 0.5) * scale - 0.5);
    int first = static_cast<int>(std::floor(position));
    position -= static_cast<float>(first);
    if (first < 0) {
      first = 0;
      position = 0;
    }
    if (first >= source - 1) {
      first = source - 1;
      position = 0;
    }
    const auto at = static_cast<size_t>(i);
    taps.first[at] = first;
    taps.weight[at] = static_cast<int16_t>(std::lrint(position * kTapOne));
  }
  return taps;
}

Taps halve_taps(const Taps& luma) {
  Taps taps;
  taps.source = (luma.source + 1) / 2;
  taps.target = luma.target;
  taps.first.resize(luma.first.size());
  taps.weight.resize(luma.weight.size());
  for (size_t i = 0; i < luma.first.size(); ++i) {
    const int first = luma.first[i];
    taps.first[i] = first / 2;
    // Both luma samples share a chroma sample unless the first of them is odd.
    taps.weight[i] = first % 2 == 1 ? luma.weight[i] : int16_t{0};
  }
  return taps;
}

}  // namespace lineside
