// What a model's output is decoded from.
#pragma once

#include <map>
#include <openvino/openvino.hpp>
#include <utility>
#include <vector>

namespace lineside {

// Goes back from a model's output, through nothing but decoding, to the maps: tensors [n, channels,
// rows, columns] that divide the input into as many cells either way. The input's shape must be
// fixed.
class HeadSearch {
 public:
  using Port = ov::Output<ov::Node>;

  HeadSearch(int64_t height, int64_t width) : height_(height), width_(width) {}

  // Whether the port's values depend on a map's.
  bool depends(const Port& port);
  // Whether something was met that is no decoding.
  bool failed() const { return failed_; }
  // In the order in which the output is put together.
  const std::vector<Port>& maps() const { return maps_; }
  // Input pixels a cell of a map, 0 if it is none.
  int64_t stride(const Port& port) const;

 private:
  bool look(const Port& port);

  const int64_t height_, width_;
  std::map<std::pair<ov::Node*, size_t>, bool> known_;
  std::vector<Port> maps_;
  bool failed_ = false;
};

}  // namespace lineside
