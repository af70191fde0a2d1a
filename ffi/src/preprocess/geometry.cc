#include <algorithm>
#include <cmath>

#include "preprocess/letterbox.h"

namespace lineside {

LetterboxGeometry letterbox_geometry(int source_width, int source_height,
                                     const LetterboxOptions& options) {
  LetterboxGeometry geometry;
  geometry.source_width = source_width;
  geometry.source_height = source_height;
  double ratio = std::min(static_cast<double>(options.width) / source_width,
                          static_cast<double>(options.height) / source_height);
  if (!options.upscale) ratio = std::min(ratio, 1.0);
  // nearbyint rounds halves to even, as Python's round does. A sliver keeps at least one pixel.
  geometry.inner_width =
      std::clamp(static_cast<int>(std::nearbyint(source_width * ratio)), 1, options.width);
  geometry.inner_height =
      std::clamp(static_cast<int>(std::nearbyint(source_height * ratio)), 1, options.height);
  if (options.centered) {
    // An odd remainder leaves the larger half right and below.
    geometry.offset_x = static_cast<float>((options.width - geometry.inner_width) / 2);
    geometry.offset_y = static_cast<float>((options.height - geometry.inner_height) / 2);
  }
  geometry.ratio_x = static_cast<float>(geometry.inner_width) / static_cast<float>(source_width);
  geometry.ratio_y = static_cast<float>(geometry.inner_height) / static_cast<float>(source_height);
  return geometry;
}

size_t letterbox_bytes(const LetterboxOptions& options) {
  const size_t channels = options.order == ChannelOrder::kGrey ? 1 : 3;
  const size_t element =
      options.type == ElementType::kF32 ? 4 : (options.type == ElementType::kU8 ? 1 : 2);
  return element * channels * static_cast<size_t>(options.width) *
         static_cast<size_t>(options.height);
}

}  // namespace lineside
