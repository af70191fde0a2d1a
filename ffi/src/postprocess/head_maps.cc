#include "postprocess/head_maps.h"

#include "postprocess/candidates.h"

namespace lineside {

std::string check_maps(const std::vector<Tensor>& outputs, const HeadMaps& maps,
                       const DetectOptions& options) {
  if (options.family != HeadFamily::kYolov8) return "the engine's head is that of yolov8";
  if (maps.bins < 1 || maps.levels.empty()) return "the engine's head has no bins or no levels";
  const bool last = maps.layout == Layout::kNhwc;
  int64_t anchors = 0;
  for (const HeadLevel& level : maps.levels) {
    const Tensor* pair[2];
    for (const int i : {0, 1}) {
      const int index = i == 0 ? level.boxes : level.classes;
      if (index < 0 || static_cast<size_t>(index) >= outputs.size()) {
        return "there is no output " + std::to_string(index);
      }
      const Tensor& map = *(pair[i] = &outputs[static_cast<size_t>(index)]);
      const int64_t channels = i == 0 ? 4 * static_cast<int64_t>(maps.bins) : options.classes;
      const bool floating = map.type == ElementType::kF32 || map.type == ElementType::kF16 ||
                            map.type == ElementType::kBf16;
      const bool shaped = map.shape.size() == 4 && map.shape[0] == 1 && map.shape[1] > 0 &&
                          map.shape[2] > 0 && map.shape[3] > 0;
      if (!floating || !shaped || map.shape[last ? 3 : 1] != channels) {
        return "the output for stride " + std::to_string(level.stride) + " is " +
               listed(map.shape) + ", expected " + std::to_string(channels) +
               (i == 0 ? " channels of bins" : " classes") + " as f32, f16 or bf16";
      }
    }
    const int rows = last ? 1 : 2;
    if (pair[0]->shape[rows] != pair[1]->shape[rows] ||
        pair[0]->shape[rows + 1] != pair[1]->shape[rows + 1]) {
      return "the outputs for stride " + std::to_string(level.stride) + " are " +
             listed(pair[0]->shape) + " and " + listed(pair[1]->shape) + ": expected as many cells";
    }
    if (level.stride < 1) return "a stride is " + std::to_string(level.stride);
    anchors += pair[0]->shape[rows] * pair[0]->shape[rows + 1];
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
  decode_maps(outputs, maps, options, candidates);
  finish(candidates, options, geometry, detections);
}

}  // namespace lineside
