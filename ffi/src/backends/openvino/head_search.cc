#include "backends/openvino/head_search.h"

#include <set>
#include <string>

namespace lineside {
namespace {

// What decoding may consist of: smooth arithmetic, and moving numbers about. A head that clips,
// suppresses or picks the best does something else.
const std::set<std::string> kDecoding = {
    "Concat",       "Reshape",  "Transpose", "Split",       "VariadicSplit", "Slice",
    "StridedSlice", "Squeeze",  "Unsqueeze", "Softmax",     "Sigmoid",       "Add",
    "Subtract",     "Multiply", "Divide",    "Convolution", "MatMul",        "ReduceSum"};
// Of these, those that only move numbers: a map's own output is none of them.
const std::set<std::string> kMoving = {"Concat",       "Reshape",       "Transpose",
                                       "Split",        "VariadicSplit", "Slice",
                                       "StridedSlice", "Squeeze",       "Unsqueeze"};

}  // namespace

bool HeadSearch::depends(const Port& port) {
  const auto key = std::make_pair(port.get_node(), port.get_index());
  if (const auto it = known_.find(key); it != known_.end()) return it->second;
  return known_[key] = look(port);
}

int64_t HeadSearch::stride(const Port& port) const {
  const ov::PartialShape& shape = port.get_partial_shape();
  if (shape.is_dynamic() || shape.size() != 4) return 0;
  const int64_t rows = shape[2].get_length(), columns = shape[3].get_length();
  if (rows < 1 || columns < 1 || height_ % rows != 0 || width_ % columns != 0) return 0;
  return height_ / rows == width_ / columns ? height_ / rows : 0;
}

bool HeadSearch::look(const Port& port) {
  const std::string kind = port.get_node()->get_type_name();
  if (kind == "Parameter") failed_ = true;
  if (kind == "Constant") return false;
  if (!failed_ && stride(port) > 0 && kMoving.count(kind) == 0) {
    maps_.push_back(port);
    return true;
  }
  // Shapes are fixed: what is made of them alone is as constant as a constant.
  if (failed_ || kind == "ShapeOf") return false;
  bool any = false;
  for (const auto& input : port.get_node()->inputs()) {
    any = depends(input.get_source_output()) || any;
    if (failed_) return false;
  }
  if (any && kDecoding.count(kind) == 0) failed_ = true;
  return any;
}

}  // namespace lineside
