#include "backends/openvino/shapes.h"

#include <sstream>

#include "backends/openvino/failure.h"
#include "core/error.h"

namespace lineside {
namespace {

std::string text_of(const ov::PartialShape& shape) {
  std::ostringstream out;
  out << shape;
  return out.str();
}

}  // namespace

uint32_t element_code(const ov::element::Type& type) {
  if (type == ov::element::f32) return 0;
  if (type == ov::element::f16) return 1;
  if (type == ov::element::u8) return 2;
  if (type == ov::element::bf16) return 3;
  if (type == ov::element::i32) return 4;
  if (type == ov::element::i64) return 5;
  throw Error(LS_ERR_UNSUPPORTED, "a tensor of type " + type.get_type_name() +
                                      ": only f32, f16, u8, bf16, i32 and i64 are read");
}

std::string name_of(const ov::Output<const ov::Node>& port) {
  return port.get_names().empty() ? std::string() : port.get_any_name();
}

void set_shape(ov::Model& model, const Settings& settings) {
  if (model.inputs().size() != 1) {
    throw Error(LS_ERR_UNSUPPORTED, settings.model + " has " +
                                        std::to_string(model.inputs().size()) +
                                        " inputs: expected one, the picture");
  }
  const ov::PartialShape own = model.input().get_partial_shape();
  ov::PartialShape wanted = own;
  if (!settings.input_shape.empty()) {
    wanted = ov::PartialShape(
        std::vector<ov::Dimension>(settings.input_shape.begin(), settings.input_shape.end()));
  }
  if (wanted.rank().is_dynamic() || wanted.size() == 0) {
    throw Error(LS_ERR_CONFIG,
                settings.model + ": the input's shape is " + text_of(own) + ": say inputShape");
  }
  if (own.rank().is_static() && own.size() != wanted.size()) {
    throw Error(LS_ERR_CONFIG, settings.model + " has an input of " + text_of(own) +
                                   ": inputShape has " + std::to_string(wanted.size()) + " sizes");
  }
  if (wanted[0].is_dynamic() || settings.batch > 1) wanted[0] = settings.batch;
  if (wanted.is_dynamic()) {
    throw Error(LS_ERR_CONFIG, settings.model + ": the input's shape is " + text_of(own) +
                                   ", sizes are free: say inputShape, for example [1,3,640,640]");
  }
  if (wanted[0].get_length() != settings.batch) {
    throw Error(LS_ERR_CONFIG, settings.model + " is made for batches of " +
                                   std::to_string(wanted[0].get_length()) + ": batch says " +
                                   std::to_string(settings.batch));
  }
  if (wanted == own) return;
  try {
    model.reshape(wanted);
  } catch (const std::exception& error) {
    throw Error(LS_ERR_CONFIG, settings.model + " has an input of " + text_of(own) +
                                   " and cannot be reshaped to " + text_of(wanted) + ": " +
                                   readable(error.what()));
  }
}

}  // namespace lineside
