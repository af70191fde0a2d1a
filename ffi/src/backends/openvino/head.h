// YOLOv8 and 11 detection heads in a model's graph.
#pragma once

#include <memory>
#include <openvino/openvino.hpp>
#include <optional>
#include <vector>

namespace lineside {

// What a head decodes, before it does: for each level its box distributions [n, 4 * bins, rows,
// columns] and class logits [n, classes, rows, columns].
struct Head {
  struct Level {
    ov::Output<ov::Node> boxes, classes;
    int64_t stride;  // input pixels a cell
  };
  std::vector<Level> levels;  // in the order of the anchors
  int64_t bins = 0;
};

// The head that the model's one output decodes, or nothing. Its operations are looked at by kind
// and the maps by shape; then what lies between maps and output is run (decodes_as_known), so that
// every constant in it counts: anchors, strides, bins. The input's shape must be fixed.
std::optional<Head> find_head(const std::shared_ptr<ov::Model>& model);

// As find_head, but for the proof: a head that looks like one.
std::optional<Head> find_likely_head(const ov::Model& model);

// Whether the output is [n, 4 + classes, anchors] of centre x, centre y, width, height (input
// pixels) and scores, and is at every anchor what postprocess/head_maps.h says of the maps: seen on
// two sets of maps, one of them with each bin nearly alone in turn.
bool decodes_as_known(const std::shared_ptr<ov::Model>& model);

}  // namespace lineside
