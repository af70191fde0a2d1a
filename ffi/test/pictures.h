// Random pictures in memory that ends where the picture does, so that a sanitizer sees every read
// beyond it.
#pragma once

#include <cstdint>
#include <memory>
#include <random>
#include <vector>

#include "core/picture.h"

namespace test {

inline int between(std::mt19937& random, int low, int high) {
  return std::uniform_int_distribution<int>(low, high)(random);
}

// One plane: rows of `bytes` at a random distance; the last row has nothing after it.
inline lineside::Plane random_plane(std::mt19937& random, int bytes, int rows,
                                    std::vector<std::unique_ptr<uint8_t[]>>& memory) {
  const int stride = bytes + (between(random, 0, 2) == 0 ? 0 : between(random, 0, 37));
  const size_t size = static_cast<size_t>(stride) * (rows - 1) + bytes;
  memory.emplace_back(new uint8_t[size]);
  // Smooth in places, hard black and white in others.
  const int kind = between(random, 0, 2);
  uint8_t value = 0;
  for (size_t i = 0; i < size; ++i) {
    if (kind == 0) value = static_cast<uint8_t>(random());
    if (kind == 1) value = random() % 2 == 0 ? 0 : 255;
    if (kind == 2) value = static_cast<uint8_t>(value + random() % 5 - 2);
    memory.back()[i] = value;
  }
  return {memory.back().get(), stride};
}

inline lineside::Picture random_picture(std::mt19937& random, ls_pixel_format format, int width,
                                        int height) {
  auto memory = std::make_shared<std::vector<std::unique_ptr<uint8_t[]>>>();
  lineside::Picture picture;
  picture.format = format;
  picture.width = width;
  picture.height = height;
  picture.matrix =
      random() % 2 == 0 ? lineside::ColorMatrix::kBt601 : lineside::ColorMatrix::kBt709;
  picture.range = random() % 2 == 0 ? lineside::ColorRange::kLimited : lineside::ColorRange::kFull;
  const int half_width = (width + 1) / 2;
  const int half_height = (height + 1) / 2;
  const auto plane = [&](int bytes, int rows) {
    return random_plane(random, bytes, rows, *memory);
  };
  switch (format) {
    case LS_NV12:
      picture.planes[0] = plane(width, height);
      picture.planes[1] = plane(2 * half_width, half_height);
      break;
    case LS_I420:
      picture.planes[0] = plane(width, height);
      picture.planes[1] = plane(half_width, half_height);
      picture.planes[2] = plane(half_width, half_height);
      break;
    case LS_YUYV:
      picture.planes[0] = plane(4 * half_width, height);
      break;
    case LS_GREY:
      picture.planes[0] = plane(width, height);
      break;
    default:
      picture.planes[0] = plane(3 * width, height);
  }
  picture.owner = memory;
  return picture;
}

// The colour of one pixel, unrounded: red, green, blue, or luma, Cb, Cr where the format has them.
inline void sample(const lineside::Picture& picture, int x, int y, double* values) {
  const auto at = [&](int plane, int bytes, int row) {
    return static_cast<double>(
        picture.planes[plane]
            .data[static_cast<ptrdiff_t>(row) * picture.planes[plane].stride + bytes]);
  };
  switch (picture.format) {
    case LS_NV12:
      values[0] = at(0, x, y);
      values[1] = at(1, x / 2 * 2, y / 2);
      values[2] = at(1, x / 2 * 2 + 1, y / 2);
      break;
    case LS_I420:
      values[0] = at(0, x, y);
      values[1] = at(1, x / 2, y / 2);
      values[2] = at(2, x / 2, y / 2);
      break;
    case LS_YUYV:
      values[0] = at(0, 2 * x, y);
      values[1] = at(0, x / 2 * 4 + 1, y);
      values[2] = at(0, x / 2 * 4 + 3, y);
      break;
    case LS_GREY:
      values[0] = values[1] = values[2] = at(0, x, y);
      break;
    default:
      for (int c = 0; c < 3; ++c) {
        values[c] = at(0, 3 * x + (picture.format == LS_RGB ? c : 2 - c), y);
      }
  }
}

inline bool is_yuv(ls_pixel_format format) {
  return format == LS_NV12 || format == LS_I420 || format == LS_YUYV;
}

// BT.601 or BT.709 by its definition; clipped to 0..255.
inline void to_rgb(const lineside::Picture& picture, const double* yuv, double* rgb) {
  const bool limited = picture.range == lineside::ColorRange::kLimited;
  const bool hd = picture.matrix == lineside::ColorMatrix::kBt709;
  const double kr = hd ? 0.2126 : 0.299;
  const double kb = hd ? 0.0722 : 0.114;
  const double luma = limited ? (yuv[0] - 16) / 219 : yuv[0] / 255;
  const double cb = (yuv[1] - 128) / (limited ? 224 : 255);
  const double cr = (yuv[2] - 128) / (limited ? 224 : 255);
  rgb[0] = luma + 2 * (1 - kr) * cr;
  rgb[2] = luma + 2 * (1 - kb) * cb;
  rgb[1] = (luma - kr * rgb[0] - kb * rgb[2]) / (1 - kr - kb);
  for (int c = 0; c < 3; ++c) rgb[c] = std::min(std::max(rgb[c], 0.0), 1.0) * 255;
}

}  // namespace test
