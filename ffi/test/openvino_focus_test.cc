// A picture taken apart and convolved, as one convolution: which are, and that no number changes.
#include <algorithm>
#include <openvino/op/ops.hpp>
#include <random>

#include "backends/openvino/focus.h"
#include "backends/openvino/read.h"
#include "check.h"
#include "openvino_models.h"

using namespace lineside;
using namespace test;

namespace {

constexpr size_t kRows = 24, kColumns = 36;

struct Picture {
  std::shared_ptr<op::v0::Parameter> parameter =
      std::make_shared<op::v0::Parameter>(ov::element::f32, ov::Shape{2, 3, kRows, kColumns});

  std::shared_ptr<ov::Model> model(const Node& last) const {
    return std::make_shared<ov::Model>(ov::OutputVector{last}, ov::ParameterVector{parameter});
  }
};

Node slice(const Node& node, int64_t axis, int64_t start, int64_t step, int64_t stop = INT64_MAX) {
  return std::make_shared<op::v8::Slice>(node, integers({start}), integers({stop}),
                                         integers({step}), integers({axis}));
}

struct Corner {
  int64_t row, column;
};
using Corners = std::vector<Corner>;
// As YOLOX takes them.
const Corners kYolox = {{0, 0}, {1, 0}, {0, 1}, {1, 1}};

Node parts(const Node& picture, const Corners& corners = kYolox, int64_t block = 2) {
  ov::OutputVector all;
  for (const auto& [row, column] : corners) {
    all.push_back(slice(slice(picture, 2, row, block), -1, column, block, kColumns));
  }
  return std::make_shared<op::v0::Concat>(all, 1);
}

Node convolve(const Node& node, const Node& weights, size_t stride = 1, std::ptrdiff_t pad = 1,
              size_t dilation = 1) {
  return std::make_shared<op::v1::Convolution>(
      node, weights, ov::Strides{stride, stride}, ov::CoordinateDiff{pad, pad},
      ov::CoordinateDiff{pad, pad + 1}, ov::Strides{dilation, dilation});
}

void check_folded(const std::shared_ptr<ov::Model>& model, size_t convolutions = 1) {
  const Values expected = outputs_of(model);
  CHECK_EQ(fold_focus(*model), 1u);
  model->validate_nodes_and_infer_types();
  CHECK_EQ(count(*model, "Slice"), 0u);
  CHECK_EQ(count(*model, "Concat"), 0u);
  CHECK_EQ(count(*model, "Convolution"), convolutions);
  CHECK_NEAR(difference(outputs_of(model), expected), 0, 1e-6);
}

void check_left(const std::shared_ptr<ov::Model>& model) {
  const size_t nodes = model->get_ops().size();
  CHECK_EQ(fold_focus(*model), 0u);
  CHECK_EQ(model->get_ops().size(), nodes);
  CHECK_EQ(count(*model, "Concat"), 1u);
}

}  // namespace

TEST(a_focus_becomes_one_convolution) {
  const Picture picture;
  check_folded(picture.model(convolve(parts(picture.parameter), numbers({8, 12, 3, 3}))));
}

TEST(corners_may_come_in_any_order) {
  Corners corners = kYolox;
  const auto less = [](const Corner& a, const Corner& b) {
    return std::make_pair(a.row, a.column) < std::make_pair(b.row, b.column);
  };
  std::sort(corners.begin(), corners.end(), less);
  do {
    const Picture picture;
    const Node weights = numbers({4, 12, 2, 3});
    check_folded(picture.model(convolve(parts(picture.parameter, corners), weights, 2, 0)));
  } while (std::next_permutation(corners.begin(), corners.end(), less));
}

TEST(blocks_may_be_larger) {
  Corners corners;
  for (int64_t i = 0; i < 9; ++i) corners.push_back({i / 3, i % 3});
  const Picture picture;
  const Node all = parts(picture.parameter, corners, 3);
  check_folded(picture.model(convolve(all, numbers({5, 27, 3, 3}), 2, 2)));
}

TEST(several_convolutions_may_read_it) {
  const Picture picture;
  const Node all = parts(picture.parameter);
  const Node sum = std::make_shared<op::v1::Add>(convolve(all, numbers({4, 12, 3, 3})),
                                                 convolve(all, numbers({4, 12, 3, 3})));
  check_folded(picture.model(sum), 2);
}

TEST(quantized_weights_are_put_in_order_too) {
  const Picture picture;
  std::vector<int8_t> values(size_t{6} * 12 * 9);
  std::mt19937 random(3);
  for (int8_t& value : values) value = static_cast<int8_t>(random());
  const Node stored =
      std::make_shared<op::v0::Constant>(ov::element::i8, ov::Shape{6, 12, 3, 3}, values);
  Node weights = std::make_shared<op::v0::Convert>(stored, ov::element::f32);
  weights = std::make_shared<op::v1::Subtract>(weights, numbers({}));
  const Node scales =
      std::make_shared<op::v1::Reshape>(numbers({6}), integers({6, 1, 1, 1}), false);
  weights = std::make_shared<op::v1::Multiply>(weights, scales);
  check_folded(picture.model(convolve(parts(picture.parameter), weights)));
}

TEST(names_stay) {
  const Picture picture;
  const Node last = convolve(parts(picture.parameter), numbers({8, 12, 3, 3}));
  last->set_friendly_name("stem");
  last->output(0).set_names({"out"});
  const auto model = picture.model(last);
  CHECK_EQ(fold_focus(*model), 1u);
  CHECK_EQ(model->output(0).get_any_name(), "out");
  CHECK_EQ(model->output(0).get_node()->get_input_node_ptr(0)->get_friendly_name(), "stem");
}

TEST(what_is_no_focus_is_left) {
  const Picture picture;
  const Node weights = numbers({8, 12, 3, 3});
  const auto left = [&](const Node& all, size_t dilation = 1) {
    check_left(picture.model(convolve(all, weights, 1, 2, dilation)));
  };
  const Node image = picture.parameter;
  // One corner twice, one too few, none of the picture's own.
  left(parts(image, {{0, 0}, {1, 0}, {0, 1}, {0, 1}}));
  check_left(
      picture.model(convolve(parts(image, {{0, 0}, {1, 0}, {0, 1}}), numbers({8, 9, 3, 3}))));
  const Node other = std::make_shared<op::v0::Relu>(image);
  const auto part = [](const Node& node, int64_t row, int64_t column) {
    return slice(slice(node, 2, row, 2), 3, column, 2)->output(0);
  };
  const auto together = [](const ov::OutputVector& all, int64_t axis = 1) {
    return std::make_shared<op::v0::Concat>(all, axis);
  };
  left(together({part(image, 0, 0), part(image, 1, 0), part(image, 0, 1), part(other, 1, 1)}));
  // Not to the end, and backwards.
  const auto short_by_two = [&](int64_t row, int64_t column) {
    return slice(slice(image, 2, row, 2), 3, column, 2, kColumns - 2)->output(0);
  };
  left(together({short_by_two(0, 0), short_by_two(1, 0), short_by_two(0, 1), short_by_two(1, 1)}));
  left(together({part(image, 0, 0), part(image, 1, 0), part(image, 0, 1),
                 slice(slice(image, 2, 1, 2), 3, -1, -2, INT64_MIN)->output(0)}));
  // A kernel with gaps.
  left(parts(image), 2);
  // Others read the parts as well.
  const Node all = parts(image);
  const Node more = std::make_shared<op::v0::Relu>(all);
  check_left(std::make_shared<ov::Model>(ov::OutputVector{convolve(all, weights), more},
                                         ov::ParameterVector{picture.parameter}));
  // Weights that are computed.
  const Node computed = std::make_shared<op::v0::Relu>(weights);
  check_left(picture.model(convolve(parts(image), computed)));
}

TEST(yolox_reads_its_picture_in_one_convolution) {
  const auto model = read_model(check::shared("models/yolox_nano_coco_416_fp32.onnx"));
  const Values expected = outputs_of(model);
  const size_t convolutions = count(*model, "Convolution");
  CHECK_EQ(count(*model, "Slice"), 8u);
  CHECK_EQ(fold_focus(*model), 1u);
  CHECK_EQ(count(*model, "Slice"), 0u);
  CHECK_EQ(count(*model, "Convolution"), convolutions);
  for (const auto& reader : model->input().get_target_inputs()) {
    CHECK_EQ(std::string(reader.get_node()->get_type_name()), "Convolution");
  }
  // Sums are made in another order, and sixty layers follow.
  CHECK_NEAR(difference(outputs_of(model), expected), 0, 2e-4);
}
