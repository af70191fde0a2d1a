// OpenVINO's models in tests: made of a few operations, run, compared.
#pragma once

#include <algorithm>
#include <cmath>
#include <memory>
#include <openvino/op/ops.hpp>
#include <random>
#include <string>
#include <vector>

#include "backends/openvino/engine.h"
#include "check.h"

namespace test {

namespace op = ov::op;
using Node = std::shared_ptr<ov::Node>;
// Of each output.
using Values = std::vector<std::vector<float>>;

inline Node numbers(const ov::Shape& shape, const ov::element::Type& type = ov::element::f32) {
  static std::mt19937 random(17);
  std::uniform_real_distribution<float> some(-1, 1);
  std::vector<float> values(ov::shape_size(shape));
  for (float& value : values) value = some(random);
  return std::make_shared<op::v0::Constant>(type, shape, values);
}
inline Node integers(const std::vector<int64_t>& values) {
  return std::make_shared<op::v0::Constant>(ov::element::i64, ov::Shape{values.size()}, values);
}
inline Node integer(int64_t value) {
  return std::make_shared<op::v0::Constant>(ov::element::i64, ov::Shape{}, value);
}

inline size_t count(const ov::Model& model, const std::string& part) {
  const auto nodes = model.get_ops();
  return static_cast<size_t>(std::count_if(nodes.begin(), nodes.end(), [&](const auto& node) {
    return std::string(node->get_type_name()).find(part) != std::string::npos;
  }));
}

inline Values outputs_of(const std::shared_ptr<ov::Model>& model) {
  auto compiled = lineside::openvino_core().compile_model(
      model, "CPU", ov::hint::inference_precision(ov::element::f32), ov::inference_num_threads(1),
      ov::num_streams(1), ov::hint::enable_cpu_pinning(false));
  auto request = compiled.create_infer_request();
  ov::Tensor input = request.get_input_tensor();
  std::mt19937 random(5);
  std::uniform_real_distribution<float> some(0, 1);
  std::generate_n(input.data<float>(), input.get_size(), [&] { return some(random); });
  request.infer();
  Values all;
  for (size_t i = 0; i < compiled.outputs().size(); ++i) {
    const ov::Tensor output = request.get_output_tensor(i);
    std::vector<float> values(output.get_size());
    if (output.get_element_type() == ov::element::f16) {
      std::copy_n(output.data<ov::float16>(), values.size(), values.begin());
    } else {
      std::copy_n(output.data<float>(), values.size(), values.begin());
    }
    all.push_back(values);
  }
  return all;
}

// The greatest difference, of what the outputs' greatest number is. How a plug-in sums up may
// depend on the number of channels, so that not every machine gives the very same bits.
inline double difference(const Values& found, const Values& expected) {
  double off = 0, most = 0;
  CHECK_EQ(found.size(), expected.size());
  for (size_t i = 0; i < std::min(found.size(), expected.size()); ++i) {
    CHECK_EQ(found[i].size(), expected[i].size());
    for (size_t k = 0; k < std::min(found[i].size(), expected[i].size()); ++k) {
      off = std::max(off, std::fabs(double{found[i][k]} - double{expected[i][k]}));
      most = std::max(most, std::fabs(double{expected[i][k]}));
    }
  }
  CHECK(most > 0);
  return off / most;
}

}  // namespace test
