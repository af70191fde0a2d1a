// Writing rows of 8-bit channels into a tensor.
#pragma once

#include <cstddef>
#include <cstdint>

#include "preprocess/letterbox.h"

namespace lineside {

// What each 8-bit value becomes, by tensor channel.
struct ValueTables {
  int channels = 3;
  float multiplier[3];  // value * multiplier + addend
  float addend[3];
  float f32[3][256];
  uint16_t f16[3][256];
};

void make_value_tables(const LetterboxOptions& options, ValueTables& tables);

// Writes row `y` of the tensor: `left` pixels of padding, `count` pixels from `channels` (in the
// tensor's order), padding up to the row's end.
void store_row(const LetterboxOptions& options, const ValueTables& tables, int y, int left,
               int count, const uint8_t* const* channels, void* tensor);

// Rounds to nearest, ties to even.
uint16_t to_half(float value);

}  // namespace lineside
