// Reading detections, against one written from the definitions: every anchor, every class, every
// pair of boxes.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <vector>

#include "check.h"
#include "postprocess/candidates.h"
#include "postprocess/detect.h"
#include "preprocess/half.h"
#include "preprocess/simd.h"

using namespace lineside;

namespace {

int between(std::mt19937& random, int low, int high) {
  return std::uniform_int_distribution<int>(low, high)(random);
}

float unit(std::mt19937& random) { return std::uniform_real_distribution<float>(0, 1)(random); }

struct Output {
  std::vector<float> values;
  Tensor tensor;
  Output(int64_t rows, int64_t columns) : values(static_cast<size_t>(rows * columns)) {
    tensor.shape = {1, rows, columns};
    tensor.data = values.data();
  }
};

// The value `field` of an anchor, wherever the family keeps it: 0..3 box, then what follows.
float& field(Output& output, const DetectOptions& options, int64_t anchor, int64_t index) {
  const int64_t columns = output.tensor.shape[2];
  return options.family == HeadFamily::kYolov8
             ? output.values[static_cast<size_t>(index * columns + anchor)]
             : output.values[static_cast<size_t>(anchor * columns + index)];
}

int64_t anchor_count(const Output& output, const DetectOptions& options) {
  return output.tensor.shape[options.family == HeadFamily::kYolov8 ? 2 : 1];
}

struct Box {
  float x1, y1, x2, y2, score;
  int class_id;
};

std::vector<Box> naive_boxes(Output& output, const DetectOptions& options) {
  std::vector<Box> boxes;
  const bool objectness = options.family != HeadFamily::kYolov8;
  std::vector<float> cells_x, cells_y, cells_stride;
  for (const int stride : options.strides) {
    for (int y = 0; y < options.input_height / stride; ++y) {
      for (int x = 0; x < options.input_width / stride; ++x) {
        cells_x.push_back(static_cast<float>(x));
        cells_y.push_back(static_cast<float>(y));
        cells_stride.push_back(static_cast<float>(stride));
      }
    }
  }
  for (int64_t anchor = 0; anchor < anchor_count(output, options); ++anchor) {
    float box[4];
    for (int i = 0; i < 4; ++i) box[i] = field(output, options, anchor, i);
    if (options.family == HeadFamily::kYolox) {
      const auto cell = static_cast<size_t>(anchor);
      box[0] = (box[0] + cells_x[cell]) * cells_stride[cell];
      box[1] = (box[1] + cells_y[cell]) * cells_stride[cell];
      box[2] = std::exp(box[2]) * cells_stride[cell];
      box[3] = std::exp(box[3]) * cells_stride[cell];
    }
    std::vector<Box> found;
    for (int c = 0; c < options.classes; ++c) {
      float score = field(output, options, anchor, (objectness ? 5 : 4) + c);
      if (objectness) score *= field(output, options, anchor, 4);
      if (!(score > options.score)) continue;
      found.push_back({box[0] - box[2] / 2, box[1] - box[3] / 2, box[0] + box[2] / 2,
                       box[1] + box[3] / 2, score, c});
    }
    if (!options.multi_label && !found.empty()) {
      found = {*std::max_element(found.begin(), found.end(),
                                 [](const Box& a, const Box& b) { return a.score < b.score; })};
    }
    for (const Box& one : found) {
      const bool kept = options.keep.empty() ||
                        std::count(options.keep.begin(), options.keep.end(), one.class_id) > 0;
      if (kept && one.x2 > one.x1 && one.y2 > one.y1) boxes.push_back(one);
    }
  }
  return boxes;
}

float iou(const Box& a, const Box& b) {
  const float w = std::max(0.0f, std::min(a.x2, b.x2) - std::max(a.x1, b.x1));
  const float h = std::max(0.0f, std::min(a.y2, b.y2) - std::max(a.y1, b.y1));
  const volatile float common = w * h;  // volatile: no fused multiply-add
  return common / ((a.x2 - a.x1) * (a.y2 - a.y1) + (b.x2 - b.x1) * (b.y2 - b.y1) - common);
}

// torchvision's batched_nms: by falling score, each box suppresses those after it.
std::vector<Box> naive_suppress(std::vector<Box> boxes, const DetectOptions& options) {
  std::stable_sort(boxes.begin(), boxes.end(),
                   [](const Box& a, const Box& b) { return a.score > b.score; });
  std::vector<bool> gone(boxes.size());
  std::vector<Box> kept;
  for (size_t i = 0; i < boxes.size(); ++i) {
    if (gone[i]) continue;
    kept.push_back(boxes[i]);
    for (size_t j = i + 1; j < boxes.size(); ++j) {
      const bool rivals = options.agnostic || boxes[i].class_id == boxes[j].class_id;
      if (rivals && iou(boxes[i], boxes[j]) > options.iou) gone[j] = true;
    }
  }
  if (kept.size() > static_cast<size_t>(options.max_detections)) {
    kept.resize(static_cast<size_t>(options.max_detections));
  }
  return kept;
}

std::vector<ls_detection> run(const Tensor& tensor, const DetectOptions& options,
                              const LetterboxGeometry& geometry) {
  CHECK_EQ(check_output(tensor, options), "");
  std::vector<ls_detection> detections;
  detect(tensor, options, geometry, detections);
  return detections;
}

// A source as large as the tensor: boxes stay where they are.
LetterboxGeometry same_size(const DetectOptions& options) {
  LetterboxOptions letterbox;
  letterbox.width = options.input_width;
  letterbox.height = options.input_height;
  return letterbox_geometry(options.input_width, options.input_height, letterbox);
}

// The boxes as they must come back: clipped, without those of which nothing is left.
bool same(const std::vector<ls_detection>& found, const std::vector<Box>& boxes,
          const DetectOptions& options) {
  const auto width = static_cast<float>(options.input_width);
  const auto height = static_cast<float>(options.input_height);
  size_t i = 0;
  for (const Box& box : boxes) {
    const float x1 = std::clamp(box.x1, 0.0f, width);
    const float y1 = std::clamp(box.y1, 0.0f, height);
    const float x2 = std::clamp(box.x2, 0.0f, width);
    const float y2 = std::clamp(box.y2, 0.0f, height);
    if (x2 <= x1 || y2 <= y1) continue;
    if (i == found.size()) return false;
    const ls_detection& one = found[i++];
    if (one.x1 != x1 || one.y1 != y1 || one.x2 != x2 || one.y2 != y2 || one.score != box.score ||
        one.class_id != box.class_id) {
      return false;
    }
  }
  return i == found.size();
}

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

TEST(boxes_come_back_to_source_pixels) {
  std::mt19937 random(35);
  for (int round = 0; round < 300; ++round) {
    const int width = between(random, 40, 3000);
    const int height = between(random, 40, 3000);
    LetterboxOptions letterbox;
    letterbox.centered = random() % 2 == 0;
    const LetterboxGeometry g = letterbox_geometry(width, height, letterbox);
    const float x1 = unit(random) * static_cast<float>(width) * 0.5f;
    const float y1 = unit(random) * static_cast<float>(height) * 0.5f;
    const float x2 = x1 + 5 + unit(random) * static_cast<float>(width) * 0.4f;
    const float y2 = y1 + 5 + unit(random) * static_cast<float>(height) * 0.4f;
    DetectOptions options;
    options.classes = 1;
    Output output(5, 1);
    output.values = {((x1 + x2) / 2) * g.ratio_x + g.offset_x,
                     ((y1 + y2) / 2) * g.ratio_y + g.offset_y, (x2 - x1) * g.ratio_x,
                     (y2 - y1) * g.ratio_y, 0.9f};
    output.tensor.data = output.values.data();
    const auto found = run(output.tensor, options, g);
    CHECK_EQ(found.size(), 1u);
    if (found.size() != 1) continue;
    CHECK_NEAR(found[0].x1, x1, 0.01);
    CHECK_NEAR(found[0].y1, y1, 0.01);
    CHECK_NEAR(found[0].x2, std::min(x2, static_cast<float>(width)), 0.01);
    CHECK_NEAR(found[0].y2, std::min(y2, static_cast<float>(height)), 0.01);
  }
}

TEST(boxes_are_clipped_and_those_in_the_padding_go) {
  DetectOptions options;
  options.classes = 1;
  Output output(5, 2);
  output.values = {0, 320, 320, 20, 400, 100, 640, 50, 0.9f, 0.8f};
  output.tensor.data = output.values.data();
  // 1920x1080 lies in rows 140 to 500: the second box ends at 45.
  const auto found = run(output.tensor, options, letterbox_geometry(1920, 1080, {}));
  CHECK_EQ(found.size(), 1u);
  CHECK_EQ(found[0].x1, 0.0f);
  CHECK_NEAR(found[0].x2, 600.0f, 0.01);
  CHECK_EQ(found[0].y1, 0.0f);
  CHECK_NEAR(found[0].y2, 1080.0f, 0.01);
}

TEST(broken_numbers_are_no_detections) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float inf = std::numeric_limits<float>::infinity();
  const float bad[] = {nan, inf, -inf, 3e38f, -3e38f};
  for (const HeadFamily family : {HeadFamily::kYolov8, HeadFamily::kYolov5, HeadFamily::kYolox}) {
    DetectOptions options;
    options.family = family;
    options.classes = 2;
    options.input_width = options.input_height = 8;
    options.strides = {8};
    for (const float value : bad) {
      for (int64_t index = 0; index < (family == HeadFamily::kYolov8 ? 6 : 7); ++index) {
        Output output = family == HeadFamily::kYolov8 ? Output(6, 1) : Output(1, 7);
        output.values.assign(output.values.size(), 0.9f);
        output.tensor.data = output.values.data();
        field(output, options, 0, index) = value;
        for (const auto& one : run(output.tensor, options, same_size(options))) {
          CHECK(std::isfinite(one.x1 + one.y1 + one.x2 + one.y2));
          CHECK(one.score > 0 && one.score <= 1);
          CHECK(one.x1 >= 0 && one.x2 <= 8 && one.x1 < one.x2);
          CHECK(one.y1 >= 0 && one.y2 <= 8 && one.y1 < one.y2);
        }
      }
    }
  }
  DetectOptions options;
  options.classes = 1;
  Output flat(5, 3);  // no width, negative height, fine
  flat.values = {50, 50, 50, 50, 50, 50, 0, 20, 20, 20, -20, 20, 0.9f, 0.9f, 0.9f};
  flat.tensor.data = flat.values.data();
  CHECK_EQ(run(flat.tensor, options, same_size(options)).size(), 1u);
}

TEST(strides_matter_to_yolox_alone) {
  DetectOptions options;
  options.family = HeadFamily::kYolov5;
  options.classes = 1;
  options.strides = {0};
  Output output(1, 6);
  output.values = {50, 50, 20, 20, 0.9f, 1};
  output.tensor.data = output.values.data();
  CHECK_EQ(run(output.tensor, options, same_size(options)).size(), 1u);
}

TEST(suppressed_outputs_are_filtered_and_sorted) {
  DetectOptions options;
  options.family = HeadFamily::kSuppressed;
  options.classes = 3;
  Output output(6, 6);
  output.values = {10, 10, 30, 30, 0.5f,  1,  // kept, second
                   10, 10, 30, 30, 0.9f,  2,  // kept, first: nothing is suppressed any more
                   10, 10, 30, 30, 0.9f,  3,  // no such class
                   10, 10, 30, 30, 0.25f, 0,  // not over the threshold
                   30, 10, 10, 30, 0.8f,  0,  // no width
                   0,  0,  0,  0,  0,     0};
  output.tensor.data = output.values.data();
  const auto found = run(output.tensor, options, same_size(options));
  CHECK_EQ(found.size(), 2u);
  CHECK_EQ(found[0].class_id, 2);
  CHECK_EQ(found[1].class_id, 1);
  options.max_detections = 1;
  CHECK_EQ(run(output.tensor, options, same_size(options)).size(), 1u);
  options.keep = {1};
  CHECK_EQ(run(output.tensor, options, same_size(options))[0].class_id, 1);
}

TEST(a_shape_that_does_not_fit_is_told) {
  DetectOptions options;
  float value = 0;
  Tensor output;
  output.name = "output0";
  output.data = &value;
  output.shape = {1, 8400, 84};
  CHECK_EQ(check_output(output, options),
           "output \"output0\" has the shape [1, 8400, 84], but a yolov8 head gives [1, 84, N] for "
           "80 classes");
  output.shape = {1, 84, 8400};
  CHECK_EQ(check_output(output, options), "");
  options.family = HeadFamily::kYolov5;
  CHECK_CONTAINS(check_output(output, options), "[1, N, 85]");
  options.family = HeadFamily::kYolox;
  options.input_width = options.input_height = 416;
  output.shape = {1, 8400, 85};
  CHECK_CONTAINS(check_output(output, options),
                 "[1, 3549, 85] for 80 classes, an input of 416x416 and strides 8, 16, 32");
  output.shape = {1, 3549, 85};
  CHECK_EQ(check_output(output, options), "");
  options.family = HeadFamily::kSuppressed;
  CHECK_CONTAINS(check_output(output, options), "[1, N, 6]");
  for (const std::vector<int64_t>& shape :
       std::vector<std::vector<int64_t>>{{}, {6}, {2, 10, 6}, {1, -1, 6}, {1, 1, 10, 6}}) {
    output.shape = shape;
    CHECK_CONTAINS(check_output(output, options), "has the shape [");
  }
  output.shape = {1, 10, 6};
  output.type = ElementType::kI64;
  CHECK_CONTAINS(check_output(output, options), "holds i64, expected f32, f16 or bf16");
  output.type = ElementType::kF32;
  output.data = nullptr;
  CHECK_CONTAINS(check_output(output, options), "has no data");
  output.data = &value;
  options.classes = 0;
  CHECK_CONTAINS(check_output(output, options), "number of classes is 0");
  options.classes = 80;
  options.family = HeadFamily::kYolox;
  options.strides = {8, 0};
  CHECK_CONTAINS(check_output(output, options), "a stride is 0, expected at least 1");
  options.strides = {};
  CHECK_CONTAINS(check_output(output, options), "there are no strides");
}
