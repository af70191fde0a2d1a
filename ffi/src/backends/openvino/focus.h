// YOLOX's and early YOLOv5's first layer, as one convolution.
#pragma once

#include <cstddef>
#include <openvino/openvino.hpp>

namespace lineside {

// Their "focus" takes every other pixel of every other row, four times from another corner, puts
// the four small pictures together as channels, and convolves that. The plug-in copies the picture
// several times over for it. A convolution with a kernel and a stride of twice the size, whose
// weights are the same numbers in another order, reads the picture itself and multiplies as much.
//
// Changes each Concat of all such parts of one tensor that convolutions alone read, with blocks of
// 2x2 or larger, float or quantized; returns how many.
size_t fold_focus(ov::Model& model);

}  // namespace lineside
