// Pictures for benches and parity checks: planes laid over one packed buffer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "core/picture.h"

namespace lineside::bench {

inline ls_pixel_format format_named(const char* name) {
  const struct {
    const char* name;
    ls_pixel_format format;
  } all[] = {{"NV12", LS_NV12}, {"I420", LS_I420}, {"YUYV", LS_YUYV},
             {"GREY", LS_GREY}, {"RGB", LS_RGB},   {"BGR", LS_BGR}};
  for (const auto& one : all) {
    if (std::strcmp(one.name, name) == 0) return one.format;
  }
  return LS_NONE;
}

inline size_t picture_bytes(ls_pixel_format format, int width, int height) {
  const size_t pixels = static_cast<size_t>(width) * height;
  const size_t chroma = static_cast<size_t>((width + 1) / 2) * ((height + 1) / 2);
  switch (format) {
    case LS_NV12:
    case LS_I420:
      return pixels + 2 * chroma;
    case LS_YUYV:
      return static_cast<size_t>((width + 1) / 2) * 4 * height;
    case LS_GREY:
      return pixels;
    default:
      return 3 * pixels;
  }
}

inline Picture lay_out(ls_pixel_format format, int width, int height, const uint8_t* data) {
  Picture picture;
  picture.format = format;
  picture.width = width;
  picture.height = height;
  const int half = (width + 1) / 2;
  const size_t luma = static_cast<size_t>(width) * height;
  const size_t chroma = static_cast<size_t>(half) * ((height + 1) / 2);
  switch (format) {
    case LS_NV12:
      picture.planes[0] = {data, width};
      picture.planes[1] = {data + luma, 2 * half};
      break;
    case LS_I420:
      picture.planes[0] = {data, width};
      picture.planes[1] = {data + luma, half};
      picture.planes[2] = {data + luma + chroma, half};
      break;
    case LS_YUYV:
      picture.planes[0] = {data, 4 * half};
      break;
    case LS_GREY:
      picture.planes[0] = {data, width};
      break;
    default:
      picture.planes[0] = {data, 3 * width};
  }
  return picture;
}

}  // namespace lineside::bench
