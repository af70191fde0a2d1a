// Splits along channels, moved into the convolutions before them.
#pragma once

#include <cstddef>
#include <openvino/openvino.hpp>

namespace lineside {

// YOLOv8's C2f blocks split what a convolution and its activation give along the channels. These
// lie innermost where the CPU computes, so that the plug-in copies each part to make it contiguous.
// A convolution for each part, with its share of the weights, gives the same numbers in place.
//
// Changes each split whose input comes from one convolution, element by element, and is read by
// nothing else; returns how many. Quantized models (FakeQuantize) are left alone: what becomes of
// their splits depends on where the plug-in puts the steps.
size_t split_convolutions(ov::Model& model);

}  // namespace lineside
