#include "preprocess/across.h"

#include <algorithm>
#include <cstddef>

namespace lineside {

namespace {

constexpr int kPiece = 16;

void plan_shuffles(const Taps& taps, AcrossPlan& plan) {
  const int blocks = (plan.target + AcrossPlan::kBlock - 1) / AcrossPlan::kBlock;
  const int row_bytes = plan.step * (taps.source - 1) + 1;
  // Outputs past the end repeat the last one.
  const auto output = [&](int block, int i) {
    return std::min(block * AcrossPlan::kBlock + i, plan.target - 1);
  };
  const auto next = [&](int at) {
    return plan.offset[static_cast<size_t>(at)] +
           (taps.weight[static_cast<size_t>(at)] != 0 ? plan.step : 0);
  };
  int span = 1;
  for (int block = 0; block < blocks; ++block) {
    span = std::max(span, next(output(block, AcrossPlan::kBlock - 1)) -
                              plan.offset[static_cast<size_t>(output(block, 0))] + 1);
  }
  const int pieces = (span + kPiece - 1) / kPiece;
  if (pieces > AcrossPlan::kMostPieces || pieces * kPiece > row_bytes) return;
  plan.pieces = pieces;
  plan.start.resize(static_cast<size_t>(blocks));
  plan.masks.assign(static_cast<size_t>(blocks) * pieces * kPiece, 0x80);
  for (int block = 0; block < blocks; ++block) {
    const int start =
        std::min(plan.offset[static_cast<size_t>(output(block, 0))], row_bytes - pieces * kPiece);
    plan.start[static_cast<size_t>(block)] = start;
    uint8_t* masks = plan.masks.data() + static_cast<ptrdiff_t>(block) * pieces * kPiece;
    const auto take = [&](int place, int from) {
      masks[(from - start) / kPiece * kPiece + place] =
          static_cast<uint8_t>((from - start) % kPiece);
    };
    for (int i = 0; i < AcrossPlan::kBlock; ++i) {
      take(2 * i, plan.offset[static_cast<size_t>(output(block, i))]);
      take(2 * i + 1, next(output(block, i)));
    }
  }
}

}  // namespace

AcrossPlan make_across_plan(const Taps& taps, int step) {
  AcrossPlan plan;
  plan.target = taps.target;
  plan.step = step;
  // Whole blocks, so that kernels need no tail.
  const auto count = static_cast<size_t>(taps.target + AcrossPlan::kBlock - 1) /
                     AcrossPlan::kBlock * AcrossPlan::kBlock;
  plan.offset.resize(count);
  plan.weights.resize(2 * count);
  for (size_t i = 0; i < count; ++i) {
    const size_t at = std::min(i, static_cast<size_t>(taps.target) - 1);
    plan.offset[i] = taps.first[at] * step;
    plan.weights[2 * i] = static_cast<int16_t>(kTapOne - taps.weight[at]);
    plan.weights[2 * i + 1] = taps.weight[at];
  }
  const int row_bytes = step * (taps.source - 1) + (step == 3 ? 3 : 1);
  while (plan.wide < plan.target && plan.offset[static_cast<size_t>(plan.wide)] + 8 <= row_bytes) {
    ++plan.wide;
  }
  plan_shuffles(taps, plan);
  return plan;
}

}  // namespace lineside
