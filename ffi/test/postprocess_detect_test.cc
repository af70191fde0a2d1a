// Whole outputs of random heads, against the definitions.
#include <cmath>
#include <cstring>
#include <random>
#include <vector>

#include "check.h"
#include "naive_detect.h"
#include "postprocess/detect.h"
#include "preprocess/half.h"
#include "preprocess/simd.h"

using namespace test;

namespace {

// A head with clusters of overlapping boxes. Coarse numbers, so that scores and IoUs tie.
Output random_output(std::mt19937& random, const DetectOptions& options, bool coarse) {
  int64_t anchors = between(random, 1, 300);
  if (options.family == HeadFamily::kYolox) {
    anchors = 0;
    for (const int stride : options.strides) {
      anchors += (options.input_width / stride) * (options.input_height / stride);
    }
  }
  const bool by_class = options.family == HeadFamily::kYolov8;
  const int64_t width = (by_class ? 4 : 5) + options.classes;
  Output output = by_class ? Output(width, anchors) : Output(anchors, width);
  float base[4] = {};
  for (int64_t anchor = 0; anchor < anchors; ++anchor) {
    if (anchor % 6 == 0) {
      for (int i = 0; i < 4; ++i) base[i] = 20 + 90 * unit(random);
    }
    for (int i = 0; i < 4; ++i) {
      float value = base[i] + 12 * unit(random) - 6;
      if (options.family == HeadFamily::kYolox) value = 4 * unit(random) - 1;
      if (coarse) value = std::round(value / 4) * 4;
      field(output, options, anchor, i) = value;
    }
    for (int64_t i = 4; i < width; ++i) {
      float score = unit(random) < 0.7f ? 0 : unit(random);
      if (coarse) score = std::round(score * 8) / 8;
      field(output, options, anchor, i) = score;
    }
  }
  output.tensor.data = output.values.data();
  return output;
}

DetectOptions random_options(std::mt19937& random) {
  DetectOptions options;
  options.family = static_cast<HeadFamily>(between(random, 0, 2));
  options.classes = between(random, 1, 6);
  options.input_width = 128;
  options.input_height = 96;
  options.score = between(random, 0, 1) == 0 ? 0.25f : 0.5f;
  options.iou = between(random, 0, 1) == 0 ? 0.5f : 0.7f;
  options.agnostic = random() % 3 == 0;
  options.multi_label = random() % 2 == 0;
  options.max_detections = random() % 3 == 0 ? between(random, 0, 20) : 300;
  if (random() % 4 == 0) options.keep = {0, between(random, 0, 5), -3, 99};
  return options;
}

}  // namespace

TEST(detections_are_those_of_the_definition) {
  std::mt19937 random(31);
  size_t seen = 0;
  for (int round = 0; round < 600; ++round) {
    const DetectOptions options = random_options(random);
    Output output = random_output(random, options, round % 2 == 0);
    const std::vector<Box> expected = naive_suppress(naive_boxes(output, options), options);
    CHECK(same(run(output.tensor, options, same_size(options)), expected, options));
    use_portable_kernels(true);
    CHECK(same(run(output.tensor, options, same_size(options)), expected, options));
    use_portable_kernels(false);
    seen += expected.size();
  }
  CHECK(seen > 5000);
}

TEST(many_boxes_with_ties_are_suppressed_alike) {
  std::mt19937 random(32);
  for (int round = 0; round < 20; ++round) {
    DetectOptions options;
    options.classes = 3;
    options.score = 0.001f;
    options.iou = 0.5f;
    options.multi_label = round % 2 == 0;
    options.agnostic = round % 3 == 0;
    options.max_detections = 1000000;
    Output output(7, 1500);
    for (int64_t anchor = 0; anchor < 1500; ++anchor) {
      for (int i = 0; i < 2; ++i) {
        field(output, options, anchor, i) = static_cast<float>(between(random, 10, 40) * 8);
        field(output, options, anchor, 2 + i) = static_cast<float>(between(random, 1, 6) * 16);
      }
      for (int c = 0; c < 3; ++c) {
        field(output, options, anchor, 4 + c) = static_cast<float>(between(random, 0, 4)) / 4;
      }
    }
    const std::vector<Box> expected = naive_suppress(naive_boxes(output, options), options);
    CHECK(same(run(output.tensor, options, same_size(options)), expected, options));
  }
}

TEST(at_most_max_candidates_are_looked_at) {
  std::mt19937 random(33);
  DetectOptions options;
  options.classes = 1;
  options.iou = 1;
  options.max_candidates = 10;
  Output output(5, 100);
  for (int64_t anchor = 0; anchor < 100; ++anchor) {
    for (int i = 0; i < 4; ++i) field(output, options, anchor, i) = 50;
    field(output, options, anchor, 4) = 0.3f + static_cast<float>(anchor % 7) / 10;
  }
  const auto found = run(output.tensor, options, same_size(options));
  CHECK_EQ(found.size(), 10u);
  for (const auto& one : found) CHECK_EQ(one.score, 0.3f + 6.0f / 10);
}

TEST(half_and_bfloat_outputs_read_as_their_values) {
  std::mt19937 random(34);
  for (int round = 0; round < 100; ++round) {
    const DetectOptions options = random_options(random);
    Output exact = random_output(random, options, false);
    const bool half = round % 2 == 0;
    std::vector<uint16_t> packed(exact.values.size());
    for (size_t i = 0; i < packed.size(); ++i) {
      if (half) {
        packed[i] = to_half(exact.values[i]);
        exact.values[i] = from_half(packed[i]);
      } else {
        uint32_t bits;
        std::memcpy(&bits, &exact.values[i], 4);
        packed[i] = static_cast<uint16_t>(bits >> 16);
        bits &= 0xffff0000u;
        std::memcpy(&exact.values[i], &bits, 4);
      }
    }
    Tensor tensor = exact.tensor;
    tensor.type = half ? ElementType::kF16 : ElementType::kBf16;
    tensor.data = packed.data();
    const auto from_packed = run(tensor, options, same_size(options));
    const auto from_exact = run(exact.tensor, options, same_size(options));
    CHECK_EQ(from_packed.size(), from_exact.size());
    CHECK(from_packed.size() == from_exact.size() &&
          (from_exact.empty() || std::memcmp(from_packed.data(), from_exact.data(),
                                             sizeof(ls_detection) * from_exact.size()) == 0));
  }
}
