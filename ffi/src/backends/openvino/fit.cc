#include "backends/openvino/fit.h"

#include <algorithm>
#include <cstring>

namespace lineside {
namespace {

bool all_are(const std::set<ov::Input<ov::Node>>& readers, const char* kind) {
  return std::all_of(readers.begin(), readers.end(), [kind](const auto& reader) {
    return std::strcmp(reader.get_node()->get_type_name(), kind) == 0;
  });
}

}  // namespace

std::shared_ptr<ov::Model> cut_at_head(const ov::Model& model, const Head& head,
                                       const ov::element::Type& type) {
  ov::ResultVector results;
  for (const auto& map : head.maps()) {
    results.push_back(std::make_shared<ov::op::v0::Result>(map));
  }
  const auto cut =
      std::make_shared<ov::Model>(results, model.get_parameters(), model.get_friendly_name());
  ov::preprocess::PrePostProcessor steps(cut);
  for (size_t i = 0; i < results.size(); ++i) {
    steps.output(i).model().set_layout("NCHW");
    steps.output(i).tensor().set_layout("NHWC").set_element_type(type);
  }
  return steps.build();
}

std::shared_ptr<ov::Model> with_fast_input(const std::shared_ptr<ov::Model>& model,
                                           const ov::element::Type& type) {
  const auto input = model->input();
  const ov::PartialShape shape = input.get_partial_shape();
  const bool planes = shape.is_static() && shape.size() == 4 && shape[1].get_length() <= 3 &&
                      shape[3].get_length() > 3;
  if (!planes || input.get_element_type() != ov::element::f32) return nullptr;
  const auto readers = input.get_target_inputs();
  const bool convolved = all_are(readers, "Convolution");
  // A quantized model rounds its input to its own steps: it must see the picture exactly.
  if (readers.empty() || !(convolved || all_are(readers, "FakeQuantize"))) return nullptr;
  ov::preprocess::PrePostProcessor steps(model);
  steps.input().model().set_layout("NCHW");
  steps.input().tensor().set_layout("NHWC").set_element_type(convolved ? type : ov::element::f32);
  return steps.build();
}

std::shared_ptr<ov::Model> with_fast_outputs(const std::shared_ptr<ov::Model>& model) {
  ov::preprocess::PrePostProcessor steps(model);
  for (size_t i = 0; i < model->outputs().size(); ++i) {
    const auto rank = model->output(i).get_partial_shape().rank();
    if (rank.is_dynamic() || rank.get_length() != 4) continue;
    steps.output(i).model().set_layout("NCHW");
    steps.output(i).tensor().set_layout("NHWC");
  }
  return steps.build();
}

}  // namespace lineside
