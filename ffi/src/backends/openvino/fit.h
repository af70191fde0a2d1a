// A model changed to what runs fastest: the same numbers, asked for and given otherwise.
#pragma once

#include <memory>
#include <openvino/openvino.hpp>
#include <optional>

#include "backends/openvino/head.h"

namespace lineside {

// Ends the model at its head's maps, two outputs a level: boxes, classes. They are given as they
// are computed, [n, rows, columns, channels] of `type`.
std::shared_ptr<ov::Model> cut_at_head(const ov::Model& model, const Head& head,
                                       const ov::element::Type& type);

// Gives the model an input [n, rows, columns, channels] if its first operation computes in that
// layout: then nobody has to turn the picture round. `type`: what convolutions compute in, which
// they would round the picture to. Nothing: the model's input is as good as another.
std::shared_ptr<ov::Model> with_fast_input(const std::shared_ptr<ov::Model>& model,
                                           const ov::element::Type& type);

// Gives outputs of four dimensions as they are computed, [n, rows, columns, channels]: turning
// round all that a model computes takes as long as computing it.
std::shared_ptr<ov::Model> with_fast_outputs(const std::shared_ptr<ov::Model>& model);

}  // namespace lineside
