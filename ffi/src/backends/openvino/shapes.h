// Shapes, types and names in OpenVINO's terms and in ours.
#pragma once

#include <openvino/openvino.hpp>
#include <string>

#include "backends/openvino/settings.h"

namespace lineside {

// ls_tensor_info::type. Throws Error(LS_ERR_UNSUPPORTED).
uint32_t element_code(const ov::element::Type& type);

// The first name of a port, or "" for one that has none.
std::string name_of(const ov::Output<const ov::Node>& port);

// Gives the (one) input the shape and batch that the settings ask for. Throws Error(LS_ERR_CONFIG).
void set_shape(ov::Model& model, const Settings& settings);

}  // namespace lineside
