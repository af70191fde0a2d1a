#include "backends/openvino/head.h"

#include <cstring>
#include <map>
#include <set>
#include <string>

namespace lineside {
namespace {

using Port = ov::Output<ov::Node>;

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

std::string kind_of(const Port& port) { return port.get_node()->get_type_name(); }

// Goes back from the output to the maps.
class Search {
 public:
  Search(int64_t height, int64_t width) : height_(height), width_(width) {}

  // Whether the port's values depend on a map's.
  bool depends(const Port& port) {
    const auto key = std::make_pair(port.get_node(), port.get_index());
    if (const auto it = known_.find(key); it != known_.end()) return it->second;
    return known_[key] = look(port);
  }
  bool failed() const { return failed_; }
  // In the order in which the output is put together.
  const std::vector<Port>& maps() const { return maps_; }

  // Input pixels a cell of a map, 0 if it is none.
  int64_t stride(const Port& port) const {
    const ov::PartialShape& shape = port.get_partial_shape();
    if (shape.is_dynamic() || shape.size() != 4) return 0;
    const int64_t rows = shape[2].get_length(), columns = shape[3].get_length();
    if (rows < 1 || columns < 1 || height_ % rows != 0 || width_ % columns != 0) return 0;
    return height_ / rows == width_ / columns ? height_ / rows : 0;
  }

 private:
  bool look(const Port& port) {
    const std::string kind = kind_of(port);
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

  const int64_t height_, width_;
  std::map<std::pair<ov::Node*, size_t>, bool> known_;
  std::vector<Port> maps_;
  bool failed_ = false;
};

int64_t extent(const Port& port, size_t axis) {
  return port.get_partial_shape()[static_cast<int64_t>(axis)].get_length();
}

}  // namespace

std::optional<Head> find_likely_head(const ov::Model& model) {
  if (model.inputs().size() != 1 || model.outputs().size() != 1) return std::nullopt;
  const ov::PartialShape input = model.input().get_partial_shape();
  const ov::PartialShape output = model.output().get_partial_shape();
  if (input.is_dynamic() || input.size() != 4 || output.is_dynamic() || output.size() != 3) {
    return std::nullopt;
  }
  const int64_t batch = input[0].get_length();
  Search search(input[2].get_length(), input[3].get_length());
  search.depends(model.output().get_node()->input_value(0));
  if (search.failed() || search.maps().empty()) return std::nullopt;
  // Boxes come before scores.
  Head head;
  for (const Port& map : search.maps()) {
    const int64_t stride = search.stride(map);
    Head::Level* level = nullptr;
    for (auto& other : head.levels) {
      if (other.stride == stride) level = &other;
    }
    if (!level) {
      head.levels.push_back({map, Port(), stride});
    } else if (!level->classes.get_node()) {
      level->classes = map;
    } else {
      return std::nullopt;
    }
  }
  const int64_t channels = extent(head.levels[0].boxes, 1);
  const int64_t classes = output[1].get_length() - 4;
  head.bins = channels / 4;
  if (channels % 4 != 0 || head.bins < 2) return std::nullopt;
  int64_t cells = 0;
  for (const auto& level : head.levels) {
    if (!level.classes.get_node()) return std::nullopt;
    for (const Port* map : {&level.boxes, &level.classes}) {
      if (extent(*map, 0) != batch || map->get_element_type() != ov::element::f32) {
        return std::nullopt;
      }
    }
    if (extent(level.boxes, 1) != channels || extent(level.classes, 1) != classes) {
      return std::nullopt;
    }
    cells += extent(level.boxes, 2) * extent(level.boxes, 3);
  }
  if (output[0].get_length() != batch || output[2].get_length() != cells) return std::nullopt;
  return head;
}

std::optional<Head> find_head(const std::shared_ptr<ov::Model>& model) {
  auto head = find_likely_head(*model);
  try {
    if (head && !decodes_as_known(model)) head.reset();
  } catch (const ov::Exception&) {
    // What cannot be run by itself is none that is known.
    head.reset();
  }
  return head;
}

}  // namespace lineside
