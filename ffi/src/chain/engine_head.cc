#include "chain/engine_head.h"

#include <nlohmann/json.hpp>

#include "core/error.h"

namespace lineside {

HeadMaps parse_head_maps(const std::string& json) {
  HeadMaps maps;
  try {
    const auto head = nlohmann::json::parse(json);
    const auto kind = head.at("kind").get<std::string>();
    if (kind != "distributions" && kind != "offsets") {
      throw Error(LS_ERR_UNSUPPORTED, "the backend leaves a head of kind \"" + kind +
                                          "\" undecoded: only \"distributions\" and \"offsets\" " +
                                          "are read");
    }
    const bool offsets = kind == "offsets";
    maps.kind = offsets ? HeadKind::kOffsets : HeadKind::kDistributions;
    if (!offsets) maps.bins = head.at("bins").get<int>();
    maps.layout = head.at("layout").get<std::string>() == "NHWC" ? Layout::kNhwc : Layout::kNchw;
    for (const auto& level : head.at("levels")) {
      maps.levels.push_back({level.at("boxes").get<int>(), level.at("classes").get<int>(),
                             level.at("stride").get<int>(),
                             offsets ? level.at("objectness").get<int>() : 0});
    }
  } catch (const nlohmann::json::exception& error) {
    throw Error(LS_ERR_UNSUPPORTED,
                std::string("what the backend says of its head cannot be read: ") + error.what());
  }
  return maps;
}

}  // namespace lineside
