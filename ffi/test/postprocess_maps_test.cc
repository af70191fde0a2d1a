// Undecoded heads against the same heads decoded by the definition, and read as ever.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <random>
#include <vector>

#include "check.h"
#include "naive_detect.h"
#include "postprocess/exponential.h"
#include "postprocess/head_maps.h"
#include "postprocess/scan.h"
#include "preprocess/half.h"
#include "preprocess/simd.h"

using namespace test;

namespace {

constexpr int64_t kWidth = 128, kHeight = 96;

// A tensor of any type that holds `values`, which become what the type makes of them.
struct Packed {
  Tensor tensor;
  std::vector<uint16_t> bits;

  Packed(std::vector<float>& values, ElementType type, std::vector<int64_t> shape) {
    tensor.type = type;
    tensor.shape = std::move(shape);
    tensor.data = values.data();
    if (type == ElementType::kF32) return;
    bits.resize(values.size());
    const bool half = type == ElementType::kF16;
    for (size_t i = 0; i < bits.size(); ++i) {
      bits[i] = half ? to_half(values[i]) : to_bfloat(values[i]);
      values[i] = half ? from_half(bits[i]) : from_bfloat(bits[i]);
    }
    tensor.data = bits.data();
  }
  Packed(Packed&&) = default;
};

struct Scene {
  HeadMaps maps;
  std::vector<std::vector<float>> values;
  std::vector<Packed> packed;
  std::vector<Tensor> outputs;
};

Scene random_scene(std::mt19937& random, const DetectOptions& options) {
  Scene scene;
  const ElementType types[] = {ElementType::kF32, ElementType::kF16, ElementType::kBf16};
  const ElementType type = types[random() % 3];
  const bool offsets = options.family == HeadFamily::kYolox;
  scene.maps.kind = offsets ? HeadKind::kOffsets : HeadKind::kDistributions;
  scene.maps.layout = random() % 2 == 0 ? Layout::kNchw : Layout::kNhwc;
  scene.maps.bins = between(random, 1, 20);
  for (const int stride : {8, 16, 32}) {
    HeadLevel level;
    level.stride = stride;
    const int64_t rows = kHeight / stride, columns = kWidth / stride;
    const auto add = [&](int& index, int64_t channels, float least, float most) {
      index = static_cast<int>(scene.values.size());
      std::vector<float> values(static_cast<size_t>(channels * rows * columns));
      for (float& value : values) value = least + (most - least) * unit(random);
      scene.values.push_back(std::move(values));
      const bool last = scene.maps.layout == Layout::kNhwc;
      scene.packed.emplace_back(scene.values.back(), type,
                                last ? std::vector<int64_t>{1, rows, columns, channels}
                                     : std::vector<int64_t>{1, channels, rows, columns});
    };
    std::vector<std::function<void()>> maps = {[&] {
                                                 add(level.boxes, offsets ? 4 : 4 * scene.maps.bins,
                                                     offsets ? -1 : -4, offsets ? 2 : 4);
                                               },
                                               [&] { add(level.classes, options.classes, -9, 3); }};
    if (offsets) maps.push_back([&] { add(level.objectness, 1, -4, 4); });
    // Backends may give them in any order.
    std::shuffle(maps.begin(), maps.end(), random);
    for (const auto& map : maps) map();
    scene.maps.levels.push_back(level);
  }
  for (const Packed& one : scene.packed) scene.outputs.push_back(one.tensor);
  return scene;
}

// A cell of one level, in double precision.
struct Cell {
  const Scene& scene;
  const HeadLevel& level;
  int64_t cells, index;

  double at(int map, int64_t channels, int64_t channel) const {
    const bool last = scene.maps.layout == Layout::kNhwc;
    return static_cast<double>(scene.values[static_cast<size_t>(map)][static_cast<size_t>(
        last ? index * channels + channel : channel * cells + index)]);
  }
  double side(int i) const {
    double sum = 0, weighted = 0;
    for (int bin = 0; bin < scene.maps.bins; ++bin) {
      const double weight =
          std::exp(at(level.boxes, 4 * scene.maps.bins, i * scene.maps.bins + bin));
      sum += weight;
      weighted += bin * weight;
    }
    return weighted / sum;
  }
};

float sigmoid_of(double logit) { return static_cast<float>(1 / (1 + std::exp(-logit))); }

// The output that the model would have given, in double precision up to the end.
Output decoded(const Scene& scene, const DetectOptions& options) {
  const bool offsets = options.family == HeadFamily::kYolox;
  int64_t anchors = 0;
  for (const HeadLevel& level : scene.maps.levels) {
    anchors += (kWidth / level.stride) * (kHeight / level.stride);
  }
  Output output =
      offsets ? Output(anchors, 5 + options.classes) : Output(4 + options.classes, anchors);
  int64_t anchor = 0;
  for (const HeadLevel& level : scene.maps.levels) {
    const int64_t columns = kWidth / level.stride, cells = columns * (kHeight / level.stride);
    for (int64_t index = 0; index < cells; ++index, ++anchor) {
      const Cell cell{scene, level, cells, index};
      const double x = static_cast<double>(index % columns) + 0.5;
      const double y = static_cast<double>(index / columns) + 0.5;
      for (int i = 0; i < 4; ++i) {
        const double length = offsets  ? 0
                              : i >= 2 ? cell.side(i - 2) + cell.side(i)
                                       : (i == 0 ? x : y) + (cell.side(i + 2) - cell.side(i)) / 2;
        field(output, options, anchor, i) =
            static_cast<float>(offsets ? cell.at(level.boxes, 4, i) : length * level.stride);
      }
      if (offsets) field(output, options, anchor, 4) = sigmoid_of(cell.at(level.objectness, 1, 0));
      for (int c = 0; c < options.classes; ++c) {
        field(output, options, anchor, (offsets ? 5 : 4) + c) =
            sigmoid_of(cell.at(level.classes, options.classes, c));
      }
    }
  }
  return output;
}

// Whether each of `some` has one in `others` that is the same but for rounding.
bool within(const std::vector<ls_detection>& some, const std::vector<ls_detection>& others) {
  for (const ls_detection& one : some) {
    bool found = false;
    for (const ls_detection& other : others) {
      found =
          found || (one.class_id == other.class_id && std::fabs(one.score - other.score) < 1e-5 &&
                    std::fabs(one.x1 - other.x1) < 2e-3 && std::fabs(one.y1 - other.y1) < 2e-3 &&
                    std::fabs(one.x2 - other.x2) < 2e-3 && std::fabs(one.y2 - other.y2) < 2e-3);
    }
    if (!found) return false;
  }
  return true;
}

DetectOptions random_options(std::mt19937& random) {
  DetectOptions options;
  options.family = random() % 2 == 0 ? HeadFamily::kYolov8 : HeadFamily::kYolox;
  options.classes = between(random, 1, 7);
  options.input_width = kWidth;
  options.input_height = kHeight;
  const float scores[] = {0.25f, 0.5f, 0.001f, 0.9f};
  options.score = scores[random() % 4];
  // All are compared: where two rival, rounding may decide.
  options.iou = 1;
  options.max_detections = 100000;
  options.multi_label = random() % 2 == 0;
  if (random() % 4 == 0) options.keep = {0, between(random, 0, 6)};
  return options;
}

std::vector<ls_detection> from_maps(const Scene& scene, const DetectOptions& options) {
  CHECK_EQ(check_maps(scene.outputs, scene.maps, options), "");
  std::vector<ls_detection> detections;
  detect_maps(scene.outputs, scene.maps, options, same_size(options), detections);
  return detections;
}

}  // namespace

TEST(maps_give_what_their_decoded_output_gives) {
  std::mt19937 random(51);
  size_t seen = 0;
  for (int round = 0; round < 300; ++round) {
    const DetectOptions options = random_options(random);
    const Scene scene = random_scene(random, options);
    Output output = decoded(scene, options);
    output.tensor.data = output.values.data();
    const auto expected = run(output.tensor, options, same_size(options));
    const auto found = from_maps(scene, options);
    CHECK_EQ(found.size(), expected.size());
    CHECK(within(found, expected) && within(expected, found));
    for (size_t i = 1; i < found.size(); ++i) CHECK(found[i].score <= found[i - 1].score);
    use_portable_kernels(true);
    const auto portable = from_maps(scene, options);
    use_portable_kernels(false);
    CHECK(portable.size() == found.size() &&
          (found.empty() ||
           std::memcmp(portable.data(), found.data(), sizeof(ls_detection) * found.size()) == 0));
    seen += found.size();
  }
  CHECK(seen > 5000);
}

TEST(maps_that_do_not_fit_are_told_and_not_read) {
  std::mt19937 random(52);
  DetectOptions options;
  options.classes = 3;
  options.input_width = kWidth;
  options.input_height = kHeight;
  const Scene scene = random_scene(random, options);
  const auto problem = [&](const Scene& one, const DetectOptions& asked) {
    std::vector<ls_detection> detections;
    detect_maps(one.outputs, one.maps, asked, same_size(asked), detections);
    CHECK(detections.empty());
    return check_maps(one.outputs, one.maps, asked);
  };
  DetectOptions other = options;
  other.classes = 4;
  CHECK_CONTAINS(problem(scene, other), "expected 4 classes");
  other = options;
  other.family = HeadFamily::kYolox;
  CHECK_CONTAINS(problem(scene, other), "yolov8");
  Scene wrong = random_scene(random, options);
  wrong.maps.bins += 1;
  CHECK_CONTAINS(problem(wrong, options), "channels of bins");
  wrong = random_scene(random, options);
  wrong.outputs.pop_back();
  CHECK_CONTAINS(problem(wrong, options), "there is no output 5");
  wrong = random_scene(random, options);
  wrong.outputs[0].type = ElementType::kI32;
  CHECK_CONTAINS(problem(wrong, options), "expected");
  wrong = random_scene(random, options);
  auto& shape = wrong.outputs[0].shape;
  shape[wrong.maps.layout == Layout::kNhwc ? 1 : 2] -= 1;
  CHECK_CONTAINS(problem(wrong, options), "expected as many cells");
}

TEST(offsets_that_do_not_fit_are_told_and_not_read) {
  std::mt19937 random(55);
  DetectOptions options;
  options.family = HeadFamily::kYolox;
  options.classes = 3;
  options.input_width = kWidth;
  options.input_height = kHeight;
  const auto problem = [&](const Scene& one, const DetectOptions& asked) {
    std::vector<ls_detection> detections;
    detect_maps(one.outputs, one.maps, asked, same_size(asked), detections);
    CHECK(detections.empty());
    return check_maps(one.outputs, one.maps, asked);
  };
  const Scene scene = random_scene(random, options);
  DetectOptions other = options;
  other.family = HeadFamily::kYolov8;
  CHECK_CONTAINS(problem(scene, other), "yolox");
  other = options;
  other.classes = 4;
  CHECK_CONTAINS(problem(scene, other), "expected 4 classes");
  Scene wrong = random_scene(random, options);
  wrong.maps.levels[1].objectness = wrong.maps.levels[1].boxes;
  CHECK_CONTAINS(problem(wrong, options), "expected 1 objectness");
  wrong.maps.levels[1].objectness = 9;
  CHECK_CONTAINS(problem(wrong, options), "there is no output 9");
  wrong = random_scene(random, options);
  std::swap(wrong.maps.levels[0].objectness, wrong.maps.levels[1].objectness);
  CHECK_CONTAINS(problem(wrong, options), "expected as many cells");
}

TEST(broken_offsets_are_no_detections) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  for (const ElementType type : {ElementType::kF32, ElementType::kF16, ElementType::kBf16}) {
    DetectOptions options;
    options.family = HeadFamily::kYolox;
    options.classes = 2;
    HeadMaps maps;
    maps.kind = HeadKind::kOffsets;
    maps.levels = {{0, 2, 8, 1}};
    // Of four cells the first is whole, the others lack a box, a score, all classes.
    std::vector<float> boxes(16, 0.5f), objects(4, 4), classes(8, 3);
    boxes[1] = nan;
    objects[2] = nan;
    classes[3] = classes[7] = nan;
    const Packed first(boxes, type, {1, 4, 2, 2}), second(objects, type, {1, 1, 2, 2}),
        third(classes, type, {1, 2, 2, 2});
    std::vector<ls_detection> detections;
    detect_maps({first.tensor, second.tensor, third.tensor}, maps, options, same_size(options),
                detections);
    CHECK_EQ(detections.size(), 1u);
    const double score = 1 / ((1 + std::exp(-3.0)) * (1 + std::exp(-4.0)));
    if (!detections.empty()) CHECK_NEAR(detections[0].score, score, 1e-6);
  }
}

TEST(numbers_over_a_threshold_are_found_by_their_bits) {
  std::mt19937 random(53);
  for (int round = 0; round < 400; ++round) {
    const bool half = round % 2 == 0;
    const auto value_of = [&](uint16_t bits) { return half ? from_half(bits) : from_bfloat(bits); };
    std::vector<uint16_t> values(static_cast<size_t>(between(random, 0, 300)));
    for (uint16_t& bits : values) bits = static_cast<uint16_t>(random());
    uint16_t threshold = static_cast<uint16_t>(random());
    if (round % 8 == 0) threshold = round % 16 == 0 ? 0x8000 : 0;
    if (std::isnan(value_of(threshold))) continue;
    // Zero of either sign is one number, but two of the order that bits have.
    const bool zero = value_of(threshold) == 0;
    std::vector<int32_t> found(values.size());
    for (const bool portable : {false, true}) {
      use_portable_kernels(portable);
      const int many =
          find_over(values.data(), static_cast<int>(values.size()), threshold, found.data());
      size_t next = 0;
      for (size_t i = 0; i < values.size(); ++i) {
        const bool listed = next < static_cast<size_t>(many) && found[next] == static_cast<int>(i);
        if (listed) ++next;
        const float value = value_of(values[i]);
        if (std::isnan(value) || (zero && value == 0)) continue;
        CHECK_EQ(listed, value > value_of(threshold));
      }
      CHECK_EQ(next, static_cast<size_t>(many));
    }
    use_portable_kernels(false);
  }
}

TEST(broken_maps_are_no_detections) {
  std::mt19937 random(54);
  const float broken[] = {std::numeric_limits<float>::quiet_NaN(),
                          -std::numeric_limits<float>::quiet_NaN(),
                          std::numeric_limits<float>::infinity()};
  for (const ElementType type : {ElementType::kF32, ElementType::kF16, ElementType::kBf16}) {
    DetectOptions options;
    options.classes = 2;
    HeadMaps maps;
    maps.levels = {{0, 1, 8}};
    std::vector<float> boxes(64 * 4), classes(2 * 4, -20);
    for (float& value : boxes) value = unit(random);
    classes[0] = 3;          // a box of its own
    classes[1] = broken[0];  // no score
    classes[2] = broken[1];  // no score
    classes[3] = 2;          // no box
    for (int k = 0; k < 64; ++k) boxes[static_cast<size_t>(k * 4 + 3)] = broken[k % 3];
    const auto packed = [&](std::vector<float>& values, int64_t channels) {
      Packed one(values, type, {1, channels, 2, 2});
      if (type != ElementType::kF32) {
        for (size_t i = 0; i < values.size(); ++i) {
          if (std::isnan(values[i])) one.bits[i] = i % 2 == 0 ? 0x7fff : 0xffff;
        }
      }
      return one;
    };
    const Packed first = packed(boxes, 64);
    const Packed second = packed(classes, 2);
    std::vector<ls_detection> detections;
    detect_maps({first.tensor, second.tensor}, maps, options, same_size(options), detections);
    CHECK_EQ(detections.size(), 1u);
    if (!detections.empty()) CHECK_NEAR(detections[0].score, 1 / (1 + std::exp(-3.0)), 1e-6);
  }
}

TEST(exponentials_are_those_of_double_precision) {
  std::vector<float> values;
  for (int i = 0; i <= 200000; ++i) values.push_back(-static_cast<float>(i) * 5e-4f);
  std::vector<float> results = values;
  exponentials(results.data(), static_cast<int>(results.size()), 0.25f);
  double worst = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    const auto x = static_cast<double>(values[i] - 0.25f);
    if (x < -87) {
      CHECK(results[i] == 0);
    } else {
      worst = std::max(worst, std::fabs(results[i] / std::exp(x) - 1));
    }
  }
  CHECK(worst > 0 && worst < 3e-7);
  float edges[] = {2.0f, -std::numeric_limits<float>::infinity(),
                   std::numeric_limits<float>::quiet_NaN(), -3e38f};
  exponentials(edges, 4, 2.0f);
  CHECK_EQ(edges[0], 1.0f);
  CHECK_EQ(edges[1], 0.0f);
  CHECK(std::isnan(edges[2]));
  CHECK_EQ(edges[3], 0.0f);
}
