#include "backends/openvino/focus.h"

#include <algorithm>
#include <cstring>
#include <openvino/op/concat.hpp>
#include <openvino/op/constant.hpp>
#include <openvino/op/convolution.hpp>
#include <openvino/op/slice.hpp>
#include <optional>
#include <vector>

namespace lineside {
namespace {

using Port = ov::Output<ov::Node>;
using ov::op::v0::Constant;
using ov::op::v1::Convolution;

// Which pixels of each block are taken: every `block`th, from `row` and `column` on.
struct Part {
  size_t block = 0, row = 0, column = 0;
};

// Parts of one tensor that a Concat puts together, in its order.
struct Focus {
  Port picture;
  size_t block = 0;
  std::vector<Part> parts;
};

std::optional<std::vector<int64_t>> integers_of(const Port& port) {
  const auto constant = ov::as_type_ptr<Constant>(port.get_node_shared_ptr());
  if (!constant) return std::nullopt;
  return constant->cast_vector<int64_t>();
}

// Takes one slice along rows or columns into account: all of the axis, in steps.
bool narrow(const ov::op::v8::Slice& slice, size_t (&steps)[2], size_t (&starts)[2]) {
  const ov::PartialShape& shape = slice.get_input_partial_shape(0);
  const auto start = integers_of(slice.input_value(1)), stop = integers_of(slice.input_value(2)),
             step = integers_of(slice.input_value(3));
  if (!start || !stop || !step || slice.get_input_size() != 5) return false;
  const auto axes = integers_of(slice.input_value(4));
  if (!axes) return false;
  for (size_t i = 0; i < axes->size(); ++i) {
    const int64_t axis = (*axes)[i] < 0 ? (*axes)[i] + 4 : (*axes)[i];
    const int64_t from = (*start)[i], by = (*step)[i];
    if ((axis != 2 && axis != 3) || steps[axis - 2] != 1) return false;
    const int64_t extent = shape[axis].get_length();
    if (by < 2 || extent % by != 0 || from < 0 || from >= by || (*stop)[i] < extent) return false;
    steps[axis - 2] = static_cast<size_t>(by);
    starts[axis - 2] = static_cast<size_t>(from);
  }
  return true;
}

// Goes up from what a Concat reads to what that is sliced from.
std::optional<Part> part_of(Port& port) {
  size_t steps[2] = {1, 1}, starts[2] = {0, 0};
  while (const auto* slice = ov::as_type<ov::op::v8::Slice>(port.get_node())) {
    const ov::PartialShape& shape = slice->get_input_partial_shape(0);
    if (shape.rank().is_dynamic() || shape.size() != 4 || shape[1].is_dynamic() ||
        shape[2].is_dynamic() || shape[3].is_dynamic() || !narrow(*slice, steps, starts)) {
      return std::nullopt;
    }
    port = slice->input_value(0);
  }
  if (steps[0] < 2 || steps[0] != steps[1]) return std::nullopt;
  return Part{steps[0], starts[0], starts[1]};
}

std::optional<Focus> focus_of(const ov::op::v0::Concat& concat) {
  const int64_t axis = concat.get_axis();
  if (axis != 1 && axis != -3) return std::nullopt;
  Focus focus;
  for (Port port : concat.input_values()) {
    const auto part = part_of(port);
    if (!part || (!focus.parts.empty() && (port != focus.picture || part->block != focus.block))) {
      return std::nullopt;
    }
    const bool again = std::any_of(focus.parts.begin(), focus.parts.end(), [&](const Part& other) {
      return other.row == part->row && other.column == part->column;
    });
    if (again) return std::nullopt;
    focus.picture = port;
    focus.block = part->block;
    focus.parts.push_back(*part);
  }
  if (focus.parts.size() != focus.block * focus.block) return std::nullopt;
  return focus;
}

// Weights [out, parts * channels, rows, columns] as [out, channels, block * rows, block * columns].
std::shared_ptr<Constant> spread(const Constant& weights, const Focus& focus) {
  const ov::Shape& shape = weights.get_shape();
  const size_t block = focus.block, channels = shape[1] / focus.parts.size();
  const ov::Shape wide{shape[0], channels, block * shape[2], block * shape[3]};
  const size_t size = weights.get_element_type().size();
  std::vector<char> bytes(weights.get_byte_size());
  const char* from = static_cast<const char*>(weights.get_data_ptr());
  for (size_t out = 0; out < shape[0]; ++out) {
    for (const Part& part : focus.parts) {
      for (size_t channel = 0; channel < channels; ++channel) {
        for (size_t i = 0; i < shape[2] * shape[3]; ++i, from += size) {
          const size_t row = i / shape[3] * block + part.row;
          const size_t column = i % shape[3] * block + part.column;
          const size_t to = ((out * channels + channel) * wide[2] + row) * wide[3] + column;
          std::memcpy(bytes.data() + to * size, from, size);
        }
      }
    }
  }
  return std::make_shared<Constant>(weights.get_element_type(), wide, bytes.data());
}

// The same for weights that are made of constants number by number, as from integers and a scale
// for each of the convolution's channels; null: they are made otherwise.
std::shared_ptr<ov::Node> spread(const Port& weights, const Focus& focus) {
  const auto node = weights.get_node_shared_ptr();
  if (const auto constant = ov::as_type_ptr<Constant>(node)) {
    if (constant->get_element_type().bitwidth() < 8) return nullptr;
    return spread(*constant, focus);
  }
  const std::string kind = node->get_type_name();
  if (kind != "Convert" && kind != "Multiply" && kind != "Subtract") return nullptr;
  ov::OutputVector inputs;
  for (const Port& input : node->input_values()) {
    const ov::PartialShape& shape = input.get_partial_shape();
    if (shape.is_dynamic()) return nullptr;
    const ov::Shape extents = shape.to_shape();
    if (extents == weights.get_shape()) {
      const auto made = spread(input, focus);
      if (!made) return nullptr;
      inputs.push_back(made);
    } else if (ov::shape_size(extents) == 1 || (extents.size() == weights.get_shape().size() &&
                                                ov::shape_size(extents) == extents[0])) {
      inputs.push_back(input);
    } else {
      return nullptr;
    }
  }
  const auto made = node->clone_with_new_inputs(inputs);
  ov::copy_runtime_info(node, made);
  return made;
}

// What reads the picture in place of a convolution that reads all its parts; null: that can't be.
std::shared_ptr<Convolution> widened(Convolution& old, const Focus& focus) {
  const Port weights = old.input_value(1);
  const ov::PartialShape& shape = weights.get_partial_shape();
  const bool explicit_pads = old.get_auto_pad() == ov::op::PadType::EXPLICIT;
  const auto is_one = [](size_t value) { return value == 1; };
  const ov::Strides& dilations = old.get_dilations();
  if (shape.is_dynamic() || shape.size() != 4 || !explicit_pads ||
      !std::all_of(dilations.begin(), dilations.end(), is_one)) {
    return nullptr;
  }
  const auto wide = spread(weights, focus);
  if (!wide) return nullptr;
  ov::Strides strides = old.get_strides();
  ov::CoordinateDiff begin = old.get_pads_begin(), end = old.get_pads_end();
  for (size_t i = 0; i < 2; ++i) {
    strides[i] *= focus.block;
    begin[i] *= static_cast<std::ptrdiff_t>(focus.block);
    end[i] *= static_cast<std::ptrdiff_t>(focus.block);
  }
  auto made = std::make_shared<Convolution>(focus.picture, wide, strides, begin, end, dilations);
  made->set_friendly_name(old.get_friendly_name());
  ov::copy_runtime_info(old.shared_from_this(), made);
  return made;
}

}  // namespace

size_t fold_focus(ov::Model& model) {
  size_t changed = 0;
  for (const auto& node : model.get_ordered_ops()) {
    const auto* concat = ov::as_type<ov::op::v0::Concat>(node.get());
    const auto focus = concat ? focus_of(*concat) : std::nullopt;
    if (!focus) continue;
    std::vector<std::pair<Port, std::shared_ptr<Convolution>>> pairs;
    const auto readers = node->output(0).get_target_inputs();
    const bool all = std::all_of(readers.begin(), readers.end(), [&](const auto& reader) {
      auto* old = ov::as_type<Convolution>(reader.get_node());
      if (!old || reader.get_index() != 0) return false;
      pairs.emplace_back(old->output(0), widened(*old, *focus));
      return pairs.back().second != nullptr;
    });
    if (!all || pairs.empty()) continue;
    for (auto& [old, made] : pairs) old.replace(made->output(0));
    ++changed;
  }
  return changed;
}

}  // namespace lineside
