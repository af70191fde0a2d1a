#include "postprocess/map_reader.h"

#include <limits>

namespace lineside {

float logit_under(float score) {
  const double exact = std::log(static_cast<double>(score) / (1 - static_cast<double>(score)));
  const double under = exact - 1e-5 * (1 + std::fabs(exact));
  // NaN: the score is no share. Nothing exceeds a score of 1 or more.
  if (score < 0) return -std::numeric_limits<float>::infinity();
  return score < 1 ? static_cast<float>(under) : std::numeric_limits<float>::infinity();
}

uint16_t rounded_down(float value, ElementType type) {
  const bool half = type == ElementType::kF16;
  const uint16_t bits = half ? to_half(value) : to_bfloat(value);
  if (!((half ? from_half(bits) : from_bfloat(bits)) > value)) return bits;
  if (bits == 0) return 0x8001u;
  return static_cast<uint16_t>((bits & 0x8000u) != 0 ? bits + 1 : bits - 1);
}

}  // namespace lineside
