#include "postprocess/head_maps.h"

#include <array>

#include "postprocess/candidates.h"

namespace lineside {

namespace {

struct Wanted {
  int index;  // of the output
  int64_t channels;
  const char* what;  // null: there is none
};

std::array<Wanted, 3> wanted(const HeadLevel& level, const HeadMaps& maps,
                             const DetectOptions& options) {
  const bool offsets = maps.kind == HeadKind::kOffsets;
  const int64_t sides = offsets ? 4 : 4 * static_cast<int64_t>(maps.bins);
  return {{{level.boxes, sides, offsets ? " offsets" : " channels of bins"},
           {level.classes, options.classes, " classes"},
           {level.objectness, 1, offsets ? " objectness" : nullptr}}};
}

}  // namespace

std::string check_maps(const std::vector<Tensor>& outputs, const HeadMaps& maps,
                       const DetectOptions& options) {
  const bool offsets = maps.kind == HeadKind::kOffsets;
  if (options.family != (offsets ? HeadFamily::kYolox : HeadFamily::kYolov8)) {
    return std::string("the engine's head is that of ") + (offsets ? "yolox" : "yolov8");
  }
  if ((!offsets && maps.bins < 1) || maps.levels.empty()) {
    return "the engine's head has no bins or no levels";
  }
  const bool last = maps.layout == Layout::kNhwc;
  const int rows = last ? 1 : 2;
  int64_t anchors = 0;
  for (const HeadLevel& level : maps.levels) {
    const Tensor* first = nullptr;
    for (const auto& [index, channels, what] : wanted(level, maps, options)) {
      if (!what) continue;
      if (index < 0 || static_cast<size_t>(index) >= outputs.size()) {
        return "there is no output " + std::to_string(index);
      }
      const Tensor& map = outputs[static_cast<size_t>(index)];
      const bool floating = map.type == ElementType::kF32 || map.type == ElementType::kF16 ||
                            map.type == ElementType::kBf16;
      const bool shaped = map.shape.size() == 4 && map.shape[0] == 1 && map.shape[1] > 0 &&
                          map.shape[2] > 0 && map.shape[3] > 0;
      if (!floating || !shaped || map.shape[last ? 3 : 1] != channels) {
        return "the output for stride " + std::to_string(level.stride) + " is " +
               listed(map.shape) + ", expected " + std::to_string(channels) + what +
               " as f32, f16 or bf16";
      }
      if (!first) first = &map;
      if (map.shape[rows] != first->shape[rows] || map.shape[rows + 1] != first->shape[rows + 1]) {
        return "the outputs for stride " + std::to_string(level.stride) + " are " +
               listed(first->shape) + " and " + listed(map.shape) + ": expected as many cells";
      }
    }
    if (level.stride < 1) return "a stride is " + std::to_string(level.stride);
    anchors += first->shape[rows] * first->shape[rows + 1];
    if (anchors > INT32_MAX) return "the outputs have more cells than can be numbered";
  }
  return "";
}

void detect_maps(const std::vector<Tensor>& outputs, const HeadMaps& maps,
                 const DetectOptions& options, const LetterboxGeometry& geometry,
                 std::vector<ls_detection>& detections) {
  if (!check_maps(outputs, maps, options).empty()) return;
  thread_local std::vector<Candidate> candidates;
  candidates.clear();
  const bool offsets = maps.kind == HeadKind::kOffsets;
  (offsets ? decode_offsets : decode_distributions)(outputs, maps, options, candidates);
  finish(candidates, options, geometry, detections);
}

}  // namespace lineside
