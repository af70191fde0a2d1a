#include "backends/openvino/split.h"

#include <algorithm>
#include <map>
#include <openvino/op/constant.hpp>
#include <openvino/op/convolution.hpp>
#include <optional>
#include <set>
#include <string>

#include "backends/openvino/quantization.h"

namespace lineside {
namespace {

using Port = ov::Output<ov::Node>;
using ov::op::v0::Constant;

// What makes each channel of the same channel alone.
const std::set<std::string> kElementwise = {
    "Sigmoid", "Swish",    "Relu",     "HSwish",   "HSigmoid", "Mish",    "Tanh",    "Elu", "Gelu",
    "Clamp",   "SoftPlus", "Subtract", "Multiply", "Divide",   "Maximum", "Minimum", "Add"};

// Channels that vector units compute at once, at most: a part that ends within such a block would
// cost as much as the whole of it.
constexpr int64_t kBlock = 16;

std::string kind_of(const Port& port) { return port.get_node()->get_type_name(); }

// The numbers of a port whose shape is its own: ONNX biases are [channels], given another shape.
std::shared_ptr<Constant> constant_of(const Port& port) {
  const bool shaped = kind_of(port) == "Reshape" && port.get_partial_shape().is_static();
  const Port source = shaped ? port.get_node()->input_value(0) : port;
  return ov::as_type_ptr<Constant>(source.get_node_shared_ptr());
}

// The channels of each part that a node splits its input into; empty: it splits something else.
std::vector<size_t> parts_of(const ov::Node& node) {
  const std::string kind = node.get_type_name();
  if (kind != "Split" && kind != "VariadicSplit") return {};
  const ov::PartialShape& shape = node.get_input_partial_shape(0);
  const auto axis = constant_of(node.input_value(1));
  if (shape.rank().is_dynamic() || !axis || node.get_output_size() < 2) return {};
  const auto axes = axis->cast_vector<int64_t>();
  const int64_t rank = shape.rank().get_length();
  if (rank < 3 || axes.size() != 1 || (axes[0] != 1 && axes[0] != 1 - rank)) return {};
  std::vector<size_t> parts;
  for (size_t i = 0; i < node.get_output_size(); ++i) {
    const ov::Dimension extent = node.get_output_partial_shape(i)[1];
    if (extent.is_dynamic() || extent.get_length() < 1 || extent.get_length() % kBlock != 0) {
      return {};
    }
    parts.push_back(static_cast<size_t>(extent.get_length()));
  }
  return parts;
}

// A convolution and all that comes of it, up to the input of a split.
class Branch {
 public:
  Branch(const ov::Node& split, size_t channels)
      : split_(split), end_(split.input_value(0)), channels_(channels) {}

  // Whether a part of the channels can be computed by itself, and nothing else reads the whole.
  bool divisible() {
    const ov::element::Type type = end_.get_element_type();
    if (!type.is_real() || type.bitwidth() < 8 || !look(end_) || !convolution_) {
      return false;
    }
    return std::all_of(nodes_.begin(), nodes_.end(), [this](ov::Node* node) {
      const auto readers = node->output(0).get_target_inputs();
      // What ONNX reading makes of a bias asks for a shape: where that is fixed, for no values.
      const bool fixed = node->get_output_partial_shape(0).is_static();
      return std::all_of(readers.begin(), readers.end(), [&](const auto& reader) {
        return reader.get_node() == &split_ || nodes_.count(reader.get_node()) > 0 ||
               (fixed && std::string(reader.get_node()->get_type_name()) == "ShapeOf");
      });
    });
  }

  // The branch anew, for `count` channels from `first` on.
  Port part(size_t first, size_t count, const std::string& suffix) const {
    std::map<ov::Node*, std::shared_ptr<ov::Node>> made;
    return copy(end_, first, count, suffix, made);
  }

 private:
  bool look(const Port& port) {
    ov::Node* node = port.get_node();
    if (nodes_.count(node) > 0) return true;
    const ov::PartialShape& shape = port.get_partial_shape();
    // A constant may spread a single channel, or fewer axes, over more.
    if (shape.rank().is_dynamic() || shape.rank() != end_.get_partial_shape().rank() ||
        shape[1] != ov::Dimension(static_cast<int64_t>(channels_))) {
      return false;
    }
    nodes_.insert(node);
    if (ov::is_type<ov::op::v1::Convolution>(node)) {
      if (convolution_ || !ov::is_type<Constant>(node->get_input_node_ptr(1))) return false;
      convolution_ = node;
      return true;
    }
    if (kElementwise.count(node->get_type_name()) == 0) return false;
    if (node->get_autob().m_type == ov::op::AutoBroadcastType::PDPD) return false;
    for (const auto& input : node->inputs()) {
      const Port source = input.get_source_output();
      if (!(constant_of(source) ? in_pieces(source) : look(source))) return false;
    }
    return true;
  }

  // Where a constant has its channels; nothing: all share its values.
  std::optional<size_t> axis_of(const Port& constant) const {
    const ov::Shape shape = constant.get_shape();
    const size_t after = static_cast<size_t>(end_.get_partial_shape().rank().get_length()) - 2;
    if (shape.size() <= after) return std::nullopt;
    const size_t axis = shape.size() - after - 1;
    return shape[axis] == 1 ? std::nullopt : std::make_optional(axis);
  }
  // Whether the values of neighbouring channels lie together, or all share them.
  bool in_pieces(const Port& constant) const {
    const auto axis = axis_of(constant);
    return !axis || *axis == 0 || constant.get_shape()[0] == 1;
  }

  static Port slice(const Port& port, size_t axis, size_t first, size_t count,
                    const std::string& suffix) {
    const auto whole = constant_of(port);
    ov::Shape shape = port.get_shape();
    const size_t stride = whole->get_byte_size() / shape[axis];
    shape[axis] = count;
    const char* data = static_cast<const char*>(whole->get_data_ptr()) + first * stride;
    const auto result = std::make_shared<Constant>(whole->get_element_type(), shape, data);
    result->set_friendly_name(whole->get_friendly_name() + suffix);
    ov::copy_runtime_info(whole, result);
    return result;
  }

  Port copy(const Port& port, size_t first, size_t count, const std::string& suffix,
            std::map<ov::Node*, std::shared_ptr<ov::Node>>& made) const {
    ov::Node* node = port.get_node();
    std::shared_ptr<ov::Node>& result = made[node];
    if (result) return result;
    ov::OutputVector inputs;
    for (const Port& source : node->input_values()) {
      if (node == convolution_) {
        inputs.push_back(inputs.empty() ? source : slice(source, 0, first, count, suffix));
      } else if (!constant_of(source)) {
        inputs.push_back(copy(source, first, count, suffix, made));
      } else if (const auto axis = axis_of(source)) {
        inputs.push_back(slice(source, *axis, first, count, suffix));
      } else {
        inputs.push_back(source);
      }
    }
    result = node->clone_with_new_inputs(inputs);
    result->set_friendly_name(node->get_friendly_name() + suffix);
    ov::copy_runtime_info(node->shared_from_this(), result);
    return result;
  }

  const ov::Node& split_;
  const Port end_;
  const size_t channels_;
  std::set<ov::Node*> nodes_;
  ov::Node* convolution_ = nullptr;
};

}  // namespace

size_t split_convolutions(ov::Model& model) {
  if (quantization_of(model) != Quantization::kNone) return 0;
  size_t changed = 0;
  for (const auto& node : model.get_ordered_ops()) {
    const std::vector<size_t> parts = parts_of(*node);
    size_t channels = 0;
    for (const size_t count : parts) channels += count;
    if (parts.empty()) continue;
    Branch branch(*node, channels);
    if (!branch.divisible()) continue;
    size_t first = 0;
    for (size_t i = 0; i < parts.size(); ++i) {
      node->output(i).replace(branch.part(first, parts[i], "." + std::to_string(i)));
      first += parts[i];
    }
    ++changed;
  }
  return changed;
}

}  // namespace lineside
