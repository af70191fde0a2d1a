#include "preprocess/letterbox.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "preprocess/rows.h"
#include "preprocess/store.h"

namespace lineside {

namespace {

// Cameras of several sizes share a worker, so that a few sets are kept.
std::shared_ptr<const TapSet> taps_for(int source_width, int source_height, int target_width,
                                       int target_height) {
  constexpr size_t kKept = 8;
  thread_local std::vector<std::shared_ptr<const TapSet>> kept;
  for (size_t i = 0; i < kept.size(); ++i) {
    const TapSet& set = *kept[i];
    if (set.x.source == source_width && set.y.source == source_height &&
        set.x.target == target_width && set.y.target == target_height) {
      std::rotate(kept.begin(), kept.begin() + static_cast<ptrdiff_t>(i),
                  kept.begin() + static_cast<ptrdiff_t>(i) + 1);
      return kept.front();
    }
  }
  if (kept.size() == kKept) kept.pop_back();
  kept.insert(kept.begin(), std::make_shared<const TapSet>(make_tap_set(
                                source_width, source_height, target_width, target_height)));
  return kept.front();
}

}  // namespace

LetterboxGeometry letterbox(const Picture& picture, const LetterboxOptions& options, void* out,
                            const ParallelRows* parallel) {
  const LetterboxGeometry geometry = letterbox_geometry(picture.width, picture.height, options);
  const std::shared_ptr<const TapSet> taps =
      taps_for(picture.width, picture.height, geometry.inner_width, geometry.inner_height);
  ValueTables tables;
  make_value_tables(options, tables);
  const int left = static_cast<int>(geometry.offset_x);
  const int top = static_cast<int>(geometry.offset_y);
  const bool grey = options.order == ChannelOrder::kGrey;
  const auto run = [&](int first, int last) {
    thread_local RowScaler scaler;
    scaler.bind(picture, *taps, grey);
    for (int y = first; y < last; ++y) {
      const uint8_t* channels[3] = {nullptr, nullptr, nullptr};
      const int inner = y - top;
      const bool inside = inner >= 0 && inner < geometry.inner_height;
      if (inside) scaler.row(inner, channels);
      if (options.order == ChannelOrder::kBgr) std::swap(channels[0], channels[2]);
      store_row(options, tables, y, left, inside ? geometry.inner_width : 0, channels, out);
    }
  };
  if (parallel != nullptr) {
    (*parallel)(options.height, run);
  } else {
    run(0, options.height);
  }
  return geometry;
}

}  // namespace lineside
