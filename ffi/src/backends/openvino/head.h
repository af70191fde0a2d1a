// YOLOv8's, 11's and YOLOX's detection heads in a model's graph.
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <openvino/openvino.hpp>
#include <optional>
#include <vector>

namespace lineside {

// What a head decodes, before it does: for each level its maps, [n, channels, rows, columns].
struct Head {
  enum class Kind {
    kDistributions,  // YOLOv8, 11: 4 * bins channels of box distributions, class logits
    kOffsets         // YOLOX: 4 offsets, a logit of objectness, class logits
  };
  struct Level {
    std::vector<ov::Output<ov::Node>> maps;  // in that order
    int64_t stride;                          // input pixels a cell
  };
  Kind kind = Kind::kDistributions;
  std::vector<Level> levels;  // in the order of the anchors
  int64_t bins = 0;           // kDistributions

  // Of all levels, one after the other.
  std::vector<ov::Output<ov::Node>> maps() const;
};

// As an engine's info has it, of a model whose outputs are the head's maps in their order.
nlohmann::json described(const Head& head);

// The head that the model's one output decodes, or nothing. Its operations are looked at by kind
// and the maps by shape; then what lies between maps and output is run (decodes_as_known), so that
// every constant in it counts: anchors, strides, bins. The input's shape must be fixed.
std::optional<Head> find_head(const std::shared_ptr<ov::Model>& model);

// As find_head, but for the proof: a head that looks like one.
std::optional<Head> find_likely_head(const ov::Model& model);

// Whether the output is at every anchor what postprocess/head_maps.h says of the maps, decoded as
// far as these models do: [n, 4 + classes, anchors] of centre x, centre y, width, height (input
// pixels) and scores, or [n, anchors, 5 + classes] of offsets and scores. Seen on two sets of maps,
// one of them with each bin nearly alone in turn.
bool decodes_as_known(const std::shared_ptr<ov::Model>& model);

}  // namespace lineside
