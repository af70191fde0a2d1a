// Pixels in memory, as every room of the library passes them on.
#pragma once

#include <cstdint>
#include <memory>

#include "lineside.h"

namespace lineside {

enum class ColorMatrix : uint8_t { kBt601, kBt709 };
enum class ColorRange : uint8_t { kLimited, kFull };

struct Plane {
  const uint8_t* data = nullptr;
  int stride = 0;  // bytes from row to row
};

// An immutable picture. NV12: planes Y, UV. I420: Y, U, V. YUYV, GREY, RGB, BGR: one packed plane.
// Chroma of odd sizes is rounded up.
struct Picture {
  ls_pixel_format format = LS_NONE;
  int width = 0;
  int height = 0;
  Plane planes[3];
  ColorMatrix matrix = ColorMatrix::kBt601;
  ColorRange range = ColorRange::kLimited;
  std::shared_ptr<void> owner;  // keeps the memory alive: a mapped GstBuffer, a vector …
};

}  // namespace lineside
