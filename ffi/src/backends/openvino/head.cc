#include "backends/openvino/head.h"

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>

#include "backends/openvino/head_search.h"

namespace lineside {
namespace {

using Port = ov::Output<ov::Node>;

int64_t extent(const Port& port, size_t axis) {
  return port.get_partial_shape()[static_cast<int64_t>(axis)].get_length();
}

// What goes into a sigmoid, where a map is what comes out of one: YOLOX's scores.
Port logit_of(const Port& map) {
  const bool scored = std::strcmp(map.get_node()->get_type_name(), "Sigmoid") == 0;
  return scored ? map.get_node()->input_value(0) : map;
}

// Maps by level, in the order in which the output is put together.
std::vector<Head::Level> levels_of(const HeadSearch& search, Head::Kind kind) {
  std::vector<Head::Level> levels;
  for (const Port& map : search.maps()) {
    const int64_t stride = search.stride(map);
    auto level = std::find_if(levels.begin(), levels.end(),
                              [stride](const auto& other) { return other.stride == stride; });
    if (level == levels.end()) level = levels.insert(level, {{}, stride});
    level->maps.push_back(kind == Head::Kind::kOffsets ? logit_of(map) : map);
  }
  return levels;
}

// Whether every level has maps of so many channels, with cells alike; counts these.
bool fits(const std::vector<Head::Level>& levels, const std::vector<int64_t>& channels,
          int64_t batch, int64_t& cells) {
  cells = 0;
  for (const auto& level : levels) {
    if (level.maps.size() != channels.size()) return false;
    for (size_t i = 0; i < channels.size(); ++i) {
      const Port& map = level.maps[i];
      if (map.get_element_type() != ov::element::f32 || extent(map, 0) != batch ||
          extent(map, 1) != channels[i]) {
        return false;
      }
    }
    cells += extent(level.maps[0], 2) * extent(level.maps[0], 3);
  }
  return true;
}

std::optional<Head> likely(const HeadSearch& search, Head::Kind kind, const ov::Shape& output) {
  Head head;
  head.kind = kind;
  head.levels = levels_of(search, kind);
  const bool offsets = kind == Head::Kind::kOffsets;
  const auto fields = static_cast<int64_t>(output[offsets ? 2 : 1]);
  std::vector<int64_t> channels = {4, 1, fields - 5};
  if (!offsets) {
    const int64_t sides = extent(head.levels[0].maps[0], 1);
    head.bins = sides / 4;
    if (sides % 4 != 0 || head.bins < 2) return std::nullopt;
    channels = {sides, fields - 4};
  }
  int64_t cells = 0;
  if (!fits(head.levels, channels, static_cast<int64_t>(output[0]), cells)) return std::nullopt;
  if (static_cast<int64_t>(output[offsets ? 1 : 2]) != cells) return std::nullopt;
  return head;
}

}  // namespace

std::vector<Port> Head::maps() const {
  std::vector<Port> all;
  for (const Level& level : levels) all.insert(all.end(), level.maps.begin(), level.maps.end());
  return all;
}

nlohmann::json described(const Head& head) {
  using nlohmann::json;
  const bool offsets = head.kind == Head::Kind::kOffsets;
  const std::vector<const char*> names =
      offsets ? std::vector<const char*>{"boxes", "objectness", "classes"}
              : std::vector<const char*>{"boxes", "classes"};
  json levels = json::array();
  size_t output = 0;
  for (const auto& level : head.levels) {
    json one{{"stride", level.stride}};
    for (const char* name : names) one[name] = output++;
    levels.push_back(one);
  }
  json described{
      {"kind", offsets ? "offsets" : "distributions"}, {"layout", "NHWC"}, {"levels", levels}};
  if (!offsets) described["bins"] = head.bins;
  return described;
}

std::optional<Head> find_likely_head(const ov::Model& model) {
  if (model.inputs().size() != 1 || model.outputs().size() != 1) return std::nullopt;
  const ov::PartialShape input = model.input().get_partial_shape();
  const ov::PartialShape output = model.output().get_partial_shape();
  if (input.is_dynamic() || input.size() != 4 || output.is_dynamic() || output.size() != 3 ||
      input[0] != output[0]) {
    return std::nullopt;
  }
  HeadSearch search(input[2].get_length(), input[3].get_length());
  search.depends(model.output().get_node()->input_value(0));
  if (search.failed() || search.maps().empty()) return std::nullopt;
  for (const auto kind : {Head::Kind::kDistributions, Head::Kind::kOffsets}) {
    if (auto head = likely(search, kind, output.to_shape())) return head;
  }
  return std::nullopt;
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
