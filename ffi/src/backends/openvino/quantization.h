// What of a model is quantized.
#pragma once

#include <openvino/openvino.hpp>

namespace lineside {

enum class Quantization {
  kNone,
  kActivations,  // alone: their rounding is seen, but nothing can be computed in integers
  kWeights       // too
};

Quantization quantization_of(const ov::Model& model);

}  // namespace lineside
