// How a row of samples is scaled along itself: taps, laid out for the kernels.
#pragma once

#include <cstdint>
#include <vector>

#include "preprocess/taps.h"

namespace lineside {

// Eight outputs at a time come from a few 16-byte loads, shuffled into (sample, next sample) pairs.
// The loads never leave the row, whatever lies beyond it.
struct AcrossPlan {
  static constexpr int kBlock = 8;
  static constexpr int kMostPieces = 4;

  int target = 0;
  int step = 1;                  // bytes from sample to sample
  std::vector<int32_t> offset;   // bytes to the first sample of each output
  std::vector<int16_t> weights;  // a pair an output: of the first sample, of the next

  // How many outputs, from the first, have 8 bytes of the row at their offset.
  int wide = 0;

  int pieces = 0;              // loads a block; 0: the row is too short or the scale too large
  std::vector<int32_t> start;  // of each block's first load
  std::vector<uint8_t> masks;  // 16 * pieces a block; 0x80: nothing from this piece
};

AcrossPlan make_across_plan(const Taps& taps, int step);

}  // namespace lineside
