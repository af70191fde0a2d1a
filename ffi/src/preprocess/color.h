// Colour conversion of rows, in 16-bit fixed point.
#pragma once

#include <cstdint>

#include "core/picture.h"

namespace lineside {

// Coefficients times 1 << 13; luma offset in levels.
struct ColorCoefficients {
  int16_t luma, red_v, green_u, green_v, blue_u;
  int16_t black;  // luma of black: 16 or 0
};

ColorCoefficients color_coefficients(ColorMatrix matrix, ColorRange range);

// Rows of held samples (value << kHeldBits) to 8-bit red, green and blue.
void yuv_to_rgb(const int16_t* y, const int16_t* u, const int16_t* v, int count,
                const ColorCoefficients& coefficients, uint8_t* red, uint8_t* green, uint8_t* blue);
// Luma alone: stretched to full range.
void luma_to_grey(const int16_t* y, int count, const ColorCoefficients& coefficients,
                  uint8_t* grey);
// As cv2.cvtColor does: 0.299 red + 0.587 green + 0.114 blue.
void rgb_to_grey(const uint8_t* red, const uint8_t* green, const uint8_t* blue, int count,
                 uint8_t* grey);

}  // namespace lineside
