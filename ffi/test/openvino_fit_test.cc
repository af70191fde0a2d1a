// Models changed to what runs fastest, and how what is quantized of them is told.
#include "backends/openvino/fit.h"
#include "backends/openvino/quantization.h"
#include "check.h"
#include "openvino_models.h"

using namespace lineside;
using namespace test;

namespace {

std::shared_ptr<op::v0::Parameter> picture() {
  return std::make_shared<op::v0::Parameter>(ov::element::f32, ov::Shape{1, 4, 6, 5});
}

Node convolve(const Node& input, const Node& weights) {
  return std::make_shared<op::v1::Convolution>(input, weights, ov::Strides{1, 1},
                                               ov::CoordinateDiff{0, 0}, ov::CoordinateDiff{0, 0},
                                               ov::Strides{1, 1});
}

Node rounded(const Node& node) {
  const auto number = [](float value) {
    return std::make_shared<op::v0::Constant>(ov::element::f32, ov::Shape{}, value);
  };
  return std::make_shared<op::v0::FakeQuantize>(node, number(-1), number(1), number(-1), number(1),
                                                256);
}

Quantization of(const std::shared_ptr<op::v0::Parameter>& picture, const Node& node) {
  return quantization_of(ov::Model(ov::OutputVector{node}, ov::ParameterVector{picture}));
}

}  // namespace

TEST(outputs_of_four_dimensions_are_given_as_they_are_computed) {
  const auto input = picture();
  const Node convolution = convolve(input, numbers({3, 4, 3, 3}));
  const Node flat = std::make_shared<op::v1::Reshape>(convolution, integers({1, 3, -1}), false);
  const auto model =
      std::make_shared<ov::Model>(ov::OutputVector{convolution, flat}, ov::ParameterVector{input});
  const Values before = outputs_of(model);
  const auto fast = with_fast_outputs(model);
  CHECK(fast->output(0).get_shape() == (ov::Shape{1, 4, 3, 3}));
  CHECK(fast->output(1).get_shape() == (ov::Shape{1, 3, 12}));
  const Values after = outputs_of(fast);
  Values expected = before;
  for (size_t c = 0; c < 3; ++c) {
    for (size_t cell = 0; cell < 12; ++cell) expected[0][cell * 3 + c] = before[0][c * 12 + cell];
  }
  CHECK_NEAR(difference(after, expected), 0, 1e-6);
  CHECK(difference(after, before) > 0.01);
}

TEST(what_is_quantized_is_told) {
  const ov::Shape kernel{3, 4, 3, 3};
  const auto input = picture();
  CHECK(of(input, convolve(input, numbers(kernel))) == Quantization::kNone);
  CHECK(of(input, convolve(rounded(input), numbers(kernel))) == Quantization::kActivations);
  CHECK(of(input, convolve(rounded(input), rounded(numbers(kernel)))) == Quantization::kWeights);
  const Node floats =
      std::make_shared<op::v0::Convert>(numbers(kernel, ov::element::i8), ov::element::f32);
  CHECK(of(input, convolve(rounded(input), floats)) == Quantization::kWeights);
  CHECK(of(input, convolve(input, floats)) == Quantization::kNone);
  // A zero point is no weight.
  const Node zero =
      std::make_shared<op::v0::Convert>(numbers({1}, ov::element::i8), ov::element::f32);
  CHECK(of(input, std::make_shared<op::v1::Subtract>(rounded(input), zero)) ==
        Quantization::kActivations);
}
