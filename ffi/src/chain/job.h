// One frame's way through a chain.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "core/frame.h"
#include "lineside.h"

namespace lineside {

class Chain;

using Clock = std::chrono::steady_clock;

inline float milliseconds(Clock::duration time) {
  return std::chrono::duration<float, std::milli>(time).count();
}

enum Stage { kStageLetterbox = 0, kStageQueue = 1, kStageInference = 2, kStagePostprocess = 3 };

struct Job {
  std::shared_ptr<Chain> chain;
  FramePtr frame;
  ls_handle handle = 0;  // its reference belongs to the job
  uint32_t token = 0;
  Clock::time_point submitted;
  LetterboxGeometry geometry;  // of the tensor that was inferred

  // The answer, as it grows. A status other than LS_OK skips the stages that are left.
  ls_status status = LS_OK;
  std::string message;
  std::vector<ls_detection> detections;
  std::shared_ptr<Frame> derived;  // of a chain without nms
  float stage_ms[6] = {0, 0, 0, 0, 0, 0};
};

}  // namespace lineside
