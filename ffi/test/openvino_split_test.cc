// Splits moved into convolutions: which are, and that no number changes.
#include <algorithm>

#include "backends/openvino/read.h"
#include "backends/openvino/split.h"
#include "check.h"
#include "openvino_models.h"

using namespace lineside;
using namespace test;

namespace {

constexpr size_t kChannels = 64;

// A picture and a convolution of it, as ONNX gives it: the bias is [channels], reshaped to
// the rank of what the convolution gives.
struct Start {
  std::shared_ptr<op::v0::Parameter> picture =
      std::make_shared<op::v0::Parameter>(ov::element::f32, ov::Shape{2, 8, 12, 16});
  Node convolution, sum;

  explicit Start(size_t channels = kChannels, const ov::element::Type& type = ov::element::f32) {
    Node input = picture;
    if (type != ov::element::f32) input = std::make_shared<op::v0::Convert>(input, type);
    convolution = convolve(input, channels, type);
    const Node zeros = std::make_shared<op::v1::Multiply>(
        std::make_shared<op::v3::ShapeOf>(convolution), integers({0, 0, 0, 0}));
    const Node pattern = std::make_shared<op::v1::Add>(zeros, integers({1, -1, 1, 1}));
    const Node bias = std::make_shared<op::v1::Reshape>(numbers({channels}, type), pattern, false);
    sum = std::make_shared<op::v1::Add>(convolution, bias);
  }
  static Node convolve(const Node& input, size_t channels, const ov::element::Type& type) {
    return std::make_shared<op::v1::Convolution>(input, numbers({channels, 8, 3, 3}, type),
                                                 ov::Strides{1, 1}, ov::CoordinateDiff{1, 1},
                                                 ov::CoordinateDiff{1, 1}, ov::Strides{1, 1});
  }
  // All outputs of the nodes, as results.
  std::shared_ptr<ov::Model> model(const std::vector<Node>& nodes) const {
    ov::ResultVector results;
    for (const Node& node : nodes) {
      for (const auto& port : node->outputs()) {
        results.push_back(std::make_shared<op::v0::Result>(port));
      }
    }
    return std::make_shared<ov::Model>(results, ov::ParameterVector{picture});
  }
};

Node silu(const Node& node) {
  return std::make_shared<op::v1::Multiply>(node, std::make_shared<op::v0::Sigmoid>(node));
}
Node halves(const Node& node, int64_t axis = 1) {
  return std::make_shared<op::v1::Split>(node, integer(axis), 2);
}

void check_moved(const std::shared_ptr<ov::Model>& model, size_t parts) {
  const Values expected = outputs_of(model);
  CHECK_EQ(split_convolutions(*model), 1u);
  model->validate_nodes_and_infer_types();
  CHECK_EQ(count(*model, "Split"), 0u);
  CHECK_EQ(count(*model, "Convolution"), parts);
  CHECK_NEAR(difference(outputs_of(model), expected), 0, 1e-6);
}

void check_left(const std::shared_ptr<ov::Model>& model) {
  const size_t nodes = model->get_ops().size();
  CHECK_EQ(split_convolutions(*model), 0u);
  CHECK_EQ(count(*model, "Split"), 1u);
  CHECK_EQ(model->get_ops().size(), nodes);
}

}  // namespace

TEST(halves_after_an_activation_are_convolved_apart) {
  const Start start;
  const auto model = start.model({halves(silu(start.sum))});
  check_moved(model, 2);
  // What an activation reads twice is made once.
  CHECK_EQ(count(*model, "Add"), 2u);
}

TEST(parts_may_differ_and_axes_count_from_the_end) {
  const Start start;
  const Node parts =
      std::make_shared<op::v1::VariadicSplit>(silu(start.sum), integer(-3), integers({16, -1, 32}));
  check_moved(start.model({parts}), 3);
}

TEST(constants_of_every_shape_are_split) {
  const Start start;
  Node node = std::make_shared<op::v1::Multiply>(numbers({kChannels, 1, 1}), start.sum);
  node = std::make_shared<op::v1::Subtract>(node, numbers({}));
  node = std::make_shared<op::v1::Add>(node, numbers({1, 1, 12, 16}));
  node = std::make_shared<op::v1::Maximum>(node, numbers({16}));
  node = std::make_shared<op::v4::Swish>(node, numbers({}));
  node = std::make_shared<op::v1::Multiply>(node, numbers({1, kChannels, 12, 1}));
  check_moved(start.model({halves(std::make_shared<op::v0::Clamp>(node, -2, 2))}), 2);
}

TEST(half_precision_is_split) {
  const Start start(kChannels, ov::element::f16);
  check_moved(start.model({halves(silu(start.sum))}), 2);
}

TEST(names_stay) {
  const Start start;
  start.convolution->set_friendly_name("conv");
  const Node split = halves(silu(start.sum));
  split->output(0).set_names({"left"});
  split->output(1).set_names({"right"});
  const auto model = start.model({split});
  CHECK_EQ(split_convolutions(*model), 1u);
  CHECK_EQ(model->output(0).get_any_name(), "left");
  CHECK_EQ(model->output(1).get_any_name(), "right");
  std::vector<std::string> names;
  for (const auto& node : model->get_ordered_ops()) names.push_back(node->get_friendly_name());
  for (const char* name : {"conv.0", "conv.1"}) {
    CHECK_EQ(std::count(names.begin(), names.end(), name), 1);
  }
}

TEST(what_is_read_elsewhere_is_left) {
  const Start start;
  const Node last = silu(start.sum);
  for (const Node& read : {start.convolution, start.sum, last}) {
    check_left(start.model({halves(last), std::make_shared<op::v0::Relu>(read)}));
  }
  check_left(start.model({halves(last), last}));
}

TEST(other_splits_are_left) {
  const Start start;
  check_left(start.model({halves(start.sum, 2)}));
  check_left(start.model({halves(start.sum, 0)}));
  // Not from one convolution alone, and not channel by channel.
  check_left(start.model({halves(start.picture)}));
  const Node other = Start::convolve(start.picture, kChannels, ov::element::f32);
  check_left(start.model({halves(std::make_shared<op::v1::Add>(start.sum, other))}));
  check_left(start.model({halves(std::make_shared<op::v8::Softmax>(start.sum, 1))}));
  // Constants that differ from picture to picture.
  const Node each = numbers({2, kChannels, 1, 1});
  check_left(start.model({halves(std::make_shared<op::v1::Add>(start.sum, each))}));
  // One channel that a constant makes many of.
  const Start single(1);
  const Node many = numbers({1, kChannels, 1, 1});
  check_left(single.model({halves(std::make_shared<op::v1::Add>(single.sum, many))}));
  // Parts that fill no whole block.
  const Start narrow(24);
  check_left(narrow.model({halves(narrow.sum)}));
}

TEST(a_quantized_model_is_left) {
  const Start start;
  const Node last = silu(start.sum), low = numbers({1, 1, 1, 1}), high = numbers({1, 1, 1, 1});
  const Node steps =
      std::make_shared<op::v0::FakeQuantize>(start.picture, low, high, low, high, 256);
  check_left(start.model({halves(last), steps}));
}

TEST(the_splits_of_yolov8_go) {
  const auto model = read_model(check::shared("models/yolov8n_fp32_reconstructed.onnx"));
  const Values expected = outputs_of(model);
  const size_t before = count(*model, "VariadicSplit");
  const size_t convolutions = count(*model, "Convolution");
  CHECK_EQ(split_convolutions(*model), 8u);
  // One is left: the head's, of boxes and classes.
  CHECK_EQ(before, 9u);
  CHECK_EQ(count(*model, "VariadicSplit"), 1u);
  CHECK_EQ(count(*model, "Convolution"), convolutions + 8);
  CHECK_NEAR(difference(outputs_of(model), expected), 0, 1e-5);
}
