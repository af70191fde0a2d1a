#include "preprocess/letterbox.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "preprocess/rows.h"
#include "preprocess/store.h"

namespace lineside {

namespace {

// Cameras of several sizes share a worker, so that a few plans are kept.
std::shared_ptr<const ScalePlan> plan_for(const Picture& picture, int width, int height) {
  constexpr size_t kKept = 8;
  thread_local std::vector<std::shared_ptr<const ScalePlan>> kept;
  for (size_t i = 0; i < kept.size(); ++i) {
    const ScalePlan& plan = *kept[i];
    if (plan.format == picture.format && plan.x.source == picture.width &&
        plan.y.source == picture.height && plan.x.target == width && plan.y.target == height) {
      std::rotate(kept.begin(), kept.begin() + static_cast<ptrdiff_t>(i),
                  kept.begin() + static_cast<ptrdiff_t>(i) + 1);
      return kept.front();
    }
  }
  if (kept.size() == kKept) kept.pop_back();
  kept.insert(kept.begin(), std::make_shared<const ScalePlan>(make_scale_plan(
                                picture.format, picture.width, picture.height, width, height)));
  return kept.front();
}

}  // namespace

LetterboxGeometry letterbox(const Picture& picture, const LetterboxOptions& options, void* out,
                            const ParallelRows* parallel) {
  const LetterboxGeometry geometry = letterbox_geometry(picture.width, picture.height, options);
  const std::shared_ptr<const ScalePlan> plan =
      plan_for(picture, geometry.inner_width, geometry.inner_height);
  const int left = static_cast<int>(geometry.offset_x);
  const int top = static_cast<int>(geometry.offset_y);
  const bool grey = options.order == ChannelOrder::kGrey;
  const auto run = [&](int first, int last) {
    thread_local RowScaler scaler;
    thread_local RowStore store;
    scaler.bind(picture, *plan, grey);
    store.bind(options, out);
    for (int y = first; y < last; ++y) {
      const uint8_t* channels[3] = {nullptr, nullptr, nullptr};
      const int inner = y - top;
      const bool inside = inner >= 0 && inner < geometry.inner_height;
      if (inside) scaler.row(inner, channels);
      if (options.order == ChannelOrder::kBgr) std::swap(channels[0], channels[2]);
      store.row(y, left, inside ? geometry.inner_width : 0, channels);
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
