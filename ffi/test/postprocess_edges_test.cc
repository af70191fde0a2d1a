// Where boxes come to lie, what is no detection, and what a wrong shape is told.
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "check.h"
#include "naive_detect.h"
#include "postprocess/detect.h"

using namespace test;

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
  // Grids whose cells an int64 would not count.
  options.strides = {1, 1, 1};
  options.input_width = options.input_height = std::numeric_limits<int>::max();
  CHECK_CONTAINS(check_output(output, options), "the input size is 2147483647x2147483647");
}
