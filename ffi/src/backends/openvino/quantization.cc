#include "backends/openvino/quantization.h"

#include <cstring>

namespace lineside {
namespace {

bool is(const ov::Node& node, const char* kind) {
  return std::strcmp(node.get_type_name(), kind) == 0;
}

// Whether a node makes floats of integers of 8 bits that are stored. Zero points, of fewer
// dimensions, are no weights.
bool reads_weights(const ov::Node& node) {
  if (!is(node, "Convert")) return false;
  const auto from = node.input_value(0);
  const auto type = from.get_element_type();
  return is(*from.get_node(), "Constant") && from.get_shape().size() >= 2 &&
         (type == ov::element::i8 || type == ov::element::u8);
}

}  // namespace

Quantization quantization_of(const ov::Model& model) {
  // Weights that are merely stored as integers are floats to all that compute with them.
  bool rounds = false, weights = false;
  for (const auto& node : model.get_ops()) {
    const bool rounding = is(*node, "FakeQuantize");
    rounds |= rounding;
    weights |= rounding ? is(*node->input_value(0).get_node(), "Constant") : reads_weights(*node);
  }
  if (!rounds) return Quantization::kNone;
  return weights ? Quantization::kWeights : Quantization::kActivations;
}

}  // namespace lineside
