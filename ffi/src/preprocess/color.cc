#include "preprocess/color.h"

#include <algorithm>
#include <cmath>

#include "preprocess/resample.h"

namespace lineside {

namespace {

constexpr int kCoefficientBits = 13;
// Products are kept with 5 fractional bits, as the 16-bit multiply-high of SIMD units leaves them.
constexpr int kSumBits = kHeldBits + kCoefficientBits - 15;

int scaled(int sample, int coefficient) { return (sample * coefficient + (1 << 14)) >> 15; }

uint8_t to_byte(int sum) {
  return static_cast<uint8_t>(std::clamp((sum + (1 << (kSumBits - 1))) >> kSumBits, 0, 255));
}

}  // namespace

ColorCoefficients color_coefficients(ColorMatrix matrix, ColorRange range) {
  const double kr = matrix == ColorMatrix::kBt709 ? 0.2126 : 0.299;
  const double kb = matrix == ColorMatrix::kBt709 ? 0.0722 : 0.114;
  const double kg = 1 - kr - kb;
  const bool limited = range == ColorRange::kLimited;
  const double luma = limited ? 255.0 / 219 : 1;
  const double chroma = limited ? 255.0 / 224 : 1;
  const auto fixed = [](double value) {
    return static_cast<int16_t>(std::lrint(value * (1 << kCoefficientBits)));
  };
  ColorCoefficients c;
  c.luma = fixed(luma);
  c.red_v = fixed(2 * (1 - kr) * chroma);
  c.green_u = fixed(-2 * (1 - kb) * kb / kg * chroma);
  c.green_v = fixed(-2 * (1 - kr) * kr / kg * chroma);
  c.blue_u = fixed(2 * (1 - kb) * chroma);
  c.black = limited ? 16 : 0;
  return c;
}

void yuv_to_rgb(const int16_t* y, const int16_t* u, const int16_t* v, int count,
                const ColorCoefficients& coefficients, uint8_t* red, uint8_t* green,
                uint8_t* blue) {
  const int black = coefficients.black << kHeldBits;
  const int middle = 128 << kHeldBits;
  for (int i = 0; i < count; ++i) {
    const int luma = scaled(y[i] - black, coefficients.luma);
    const int cb = u[i] - middle;
    const int cr = v[i] - middle;
    red[i] = to_byte(luma + scaled(cr, coefficients.red_v));
    green[i] = to_byte(luma + scaled(cb, coefficients.green_u) + scaled(cr, coefficients.green_v));
    blue[i] = to_byte(luma + scaled(cb, coefficients.blue_u));
  }
}

void luma_to_grey(const int16_t* y, int count, const ColorCoefficients& coefficients,
                  uint8_t* grey) {
  const int black = coefficients.black << kHeldBits;
  for (int i = 0; i < count; ++i) grey[i] = to_byte(scaled(y[i] - black, coefficients.luma));
}

void rgb_to_grey(const uint8_t* red, const uint8_t* green, const uint8_t* blue, int count,
                 uint8_t* grey) {
  for (int i = 0; i < count; ++i) {
    // 14-bit weights that add up to 1 << 14.
    grey[i] =
        static_cast<uint8_t>((red[i] * 4899 + green[i] * 9617 + blue[i] * 1868 + (1 << 13)) >> 14);
  }
}

}  // namespace lineside
