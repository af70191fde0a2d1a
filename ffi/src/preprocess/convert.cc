#include "preprocess/convert.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "preprocess/letterbox.h"

namespace lineside {

namespace {

struct Rgb {
  int red, green, blue;
};

void copy_plane(const uint8_t* from, int from_stride, uint8_t* to, int to_stride, int width,
                int height) {
  for (int row = 0; row < height; ++row) {
    std::memcpy(to + static_cast<ptrdiff_t>(row) * to_stride,
                from + static_cast<ptrdiff_t>(row) * from_stride, static_cast<size_t>(width));
  }
}

// RGB to YUV in 16-bit fixed point.
class Encoder {
 public:
  Encoder(ColorMatrix matrix, ColorRange range) {
    const double kr = matrix == ColorMatrix::kBt709 ? 0.2126 : 0.299;
    const double kb = matrix == ColorMatrix::kBt709 ? 0.0722 : 0.114;
    const double kg = 1 - kr - kb;
    const bool limited = range == ColorRange::kLimited;
    const double luma = limited ? 219.0 / 255 : 1;
    const double chroma = limited ? 224.0 / 255 : 1;
    const double y[3] = {kr, kg, kb};
    const double u[3] = {-kr / (2 * (1 - kb)), -kg / (2 * (1 - kb)), 0.5};
    const double v[3] = {0.5, -kg / (2 * (1 - kr)), -kb / (2 * (1 - kr))};
    for (int i = 0; i < 3; ++i) {
      y_[i] = static_cast<int>(std::lrint(y[i] * luma * 65536));
      u_[i] = static_cast<int>(std::lrint(u[i] * chroma * 65536));
      v_[i] = static_cast<int>(std::lrint(v[i] * chroma * 65536));
    }
    black_ = limited ? 16 : 0;
  }
  uint8_t y(const Rgb& p) const { return byte(dot(y_, p), black_); }
  uint8_t u(const Rgb& p) const { return byte(dot(u_, p), 128); }
  uint8_t v(const Rgb& p) const { return byte(dot(v_, p), 128); }

 private:
  static int dot(const int* c, const Rgb& p) {
    return c[0] * p.red + c[1] * p.green + c[2] * p.blue;
  }
  static uint8_t byte(int sum, int offset) {
    return static_cast<uint8_t>(std::clamp(((sum + 32768) >> 16) + offset, 0, 255));
  }
  int y_[3], u_[3], v_[3];
  int black_;
};

void encode_rgb(const Picture& picture, uint8_t* y, int y_stride, uint8_t* u, uint8_t* v,
                int uv_stride) {
  const Encoder encoder(picture.matrix, picture.range);
  const int red = picture.format == LS_RGB ? 0 : 2;
  const auto pixel = [&](int column, int row) {
    const uint8_t* at = picture.planes[0].data +
                        static_cast<ptrdiff_t>(row) * picture.planes[0].stride + 3 * column;
    return Rgb{at[red], at[1], at[2 - red]};
  };
  for (int row = 0; row < picture.height; ++row) {
    uint8_t* out = y + static_cast<ptrdiff_t>(row) * y_stride;
    for (int column = 0; column < picture.width; ++column) {
      out[column] = encoder.y(pixel(column, row));
    }
  }
  for (int row = 0; row < (picture.height + 1) / 2; ++row) {
    const int lower = std::min(2 * row + 1, picture.height - 1);
    for (int column = 0; column < (picture.width + 1) / 2; ++column) {
      const int right = std::min(2 * column + 1, picture.width - 1);
      const Rgb p[4] = {pixel(2 * column, 2 * row), pixel(right, 2 * row), pixel(2 * column, lower),
                        pixel(right, lower)};
      const Rgb mean = {(p[0].red + p[1].red + p[2].red + p[3].red + 2) >> 2,
                        (p[0].green + p[1].green + p[2].green + p[3].green + 2) >> 2,
                        (p[0].blue + p[1].blue + p[2].blue + p[3].blue + 2) >> 2};
      u[static_cast<ptrdiff_t>(row) * uv_stride + column] = encoder.u(mean);
      v[static_cast<ptrdiff_t>(row) * uv_stride + column] = encoder.v(mean);
    }
  }
}

void encode_grey(const Picture& picture, uint8_t* y, int y_stride, uint8_t* u, uint8_t* v,
                 int uv_stride) {
  const Encoder encoder(picture.matrix, picture.range);
  uint8_t luma[256];
  for (int value = 0; value < 256; ++value) luma[value] = encoder.y({value, value, value});
  for (int row = 0; row < picture.height; ++row) {
    const uint8_t* from =
        picture.planes[0].data + static_cast<ptrdiff_t>(row) * picture.planes[0].stride;
    uint8_t* to = y + static_cast<ptrdiff_t>(row) * y_stride;
    for (int column = 0; column < picture.width; ++column) to[column] = luma[from[column]];
  }
  for (int row = 0; row < (picture.height + 1) / 2; ++row) {
    const auto width = static_cast<size_t>((picture.width + 1) / 2);
    std::memset(u + static_cast<ptrdiff_t>(row) * uv_stride, 128, width);
    std::memset(v + static_cast<ptrdiff_t>(row) * uv_stride, 128, width);
  }
}

void split_yuyv(const Picture& picture, uint8_t* y, int y_stride, uint8_t* u, uint8_t* v,
                int uv_stride) {
  const auto line = [&](int row) {
    return picture.planes[0].data + static_cast<ptrdiff_t>(row) * picture.planes[0].stride;
  };
  for (int row = 0; row < picture.height; ++row) {
    const uint8_t* from = line(row);
    uint8_t* to = y + static_cast<ptrdiff_t>(row) * y_stride;
    for (int column = 0; column < picture.width; ++column) to[column] = from[2 * column];
  }
  for (int row = 0; row < (picture.height + 1) / 2; ++row) {
    const uint8_t* upper = line(2 * row);
    const uint8_t* lower = line(std::min(2 * row + 1, picture.height - 1));
    uint8_t* to_u = u + static_cast<ptrdiff_t>(row) * uv_stride;
    uint8_t* to_v = v + static_cast<ptrdiff_t>(row) * uv_stride;
    for (int column = 0; column < (picture.width + 1) / 2; ++column) {
      const int at = 4 * column;
      to_u[column] = static_cast<uint8_t>((upper[at + 1] + lower[at + 1] + 1) >> 1);
      to_v[column] = static_cast<uint8_t>((upper[at + 3] + lower[at + 3] + 1) >> 1);
    }
  }
}

}  // namespace

void convert_to_packed(const Picture& picture, ls_pixel_format format, uint8_t* out) {
  LetterboxOptions options;
  options.width = picture.width;
  options.height = picture.height;
  options.layout = Layout::kNhwc;
  options.type = ElementType::kU8;
  options.order = format == LS_GREY ? ChannelOrder::kGrey
                                    : (format == LS_BGR ? ChannelOrder::kBgr : ChannelOrder::kRgb);
  options.scale = 1;
  letterbox(picture, options, out);
}

void convert_to_i420(const Picture& picture, uint8_t* y, int y_stride, uint8_t* u, uint8_t* v,
                     int uv_stride) {
  const int chroma_width = (picture.width + 1) / 2;
  const int chroma_height = (picture.height + 1) / 2;
  const Plane* planes = picture.planes;
  switch (picture.format) {
    case LS_I420:
      copy_plane(planes[0].data, planes[0].stride, y, y_stride, picture.width, picture.height);
      copy_plane(planes[1].data, planes[1].stride, u, uv_stride, chroma_width, chroma_height);
      copy_plane(planes[2].data, planes[2].stride, v, uv_stride, chroma_width, chroma_height);
      break;
    case LS_NV12:
      copy_plane(planes[0].data, planes[0].stride, y, y_stride, picture.width, picture.height);
      for (int row = 0; row < chroma_height; ++row) {
        const uint8_t* from = planes[1].data + static_cast<ptrdiff_t>(row) * planes[1].stride;
        uint8_t* to_u = u + static_cast<ptrdiff_t>(row) * uv_stride;
        uint8_t* to_v = v + static_cast<ptrdiff_t>(row) * uv_stride;
        for (int column = 0; column < chroma_width; ++column) {
          to_u[column] = from[2 * column];
          to_v[column] = from[2 * column + 1];
        }
      }
      break;
    case LS_YUYV:
      split_yuyv(picture, y, y_stride, u, v, uv_stride);
      break;
    case LS_GREY:
      encode_grey(picture, y, y_stride, u, v, uv_stride);
      break;
    default:
      encode_rgb(picture, y, y_stride, u, v, uv_stride);
  }
}

}  // namespace lineside
