// Conversion of whole pictures, against the colour spaces' definitions.
#include <cmath>
#include <random>
#include <vector>

#include "check.h"
#include "pictures.h"
#include "preprocess/convert.h"

using namespace lineside;
using test::between;

namespace {

constexpr ls_pixel_format kFormats[] = {LS_NV12, LS_I420, LS_YUYV, LS_GREY, LS_RGB, LS_BGR};

struct I420 {
  int width, height, y_stride, uv_stride;
  std::vector<uint8_t> y, u, v;

  I420(std::mt19937& random, int w, int h)
      : width(w),
        height(h),
        y_stride(w + between(random, 0, 9)),
        uv_stride((w + 1) / 2 + between(random, 0, 9)) {
    y.resize(static_cast<size_t>(y_stride) * h, 0xa5);
    u.resize(static_cast<size_t>(uv_stride) * ((h + 1) / 2), 0xa5);
    v = u;
  }
  Picture picture(const Picture& like) const {
    Picture made;
    made.format = LS_I420;
    made.width = width;
    made.height = height;
    made.planes[0] = {y.data(), y_stride};
    made.planes[1] = {u.data(), uv_stride};
    made.planes[2] = {v.data(), uv_stride};
    made.matrix = like.matrix;
    made.range = like.range;
    return made;
  }
  bool padding_untouched() const {
    bool good = true;
    for (int row = 0; row < height; ++row) {
      for (int x = width; x < y_stride; ++x)
        good &= y[static_cast<size_t>(row * y_stride + x)] == 0xa5;
    }
    for (int row = 0; row < (height + 1) / 2; ++row) {
      for (int x = (width + 1) / 2; x < uv_stride; ++x) {
        good &= u[static_cast<size_t>(row * uv_stride + x)] == 0xa5;
        good &= v[static_cast<size_t>(row * uv_stride + x)] == 0xa5;
      }
    }
    return good;
  }
};

}  // namespace

TEST(packed_pixels_are_within_a_level_of_the_definition) {
  std::mt19937 random(21);
  double worst = 0;
  for (int round = 0; round < 300; ++round) {
    const Picture picture = test::random_picture(random, kFormats[round % 6],
                                                 between(random, 1, 90), between(random, 1, 60));
    const auto pixels = static_cast<size_t>(picture.width) * picture.height;
    std::vector<uint8_t> rgb(3 * pixels), bgr(3 * pixels), grey(pixels);
    convert_to_packed(picture, LS_RGB, rgb.data());
    convert_to_packed(picture, LS_BGR, bgr.data());
    convert_to_packed(picture, LS_GREY, grey.data());
    for (size_t i = 0; i < pixels; ++i) {
      double values[3];
      double expected[3];
      test::sample(picture, static_cast<int>(i % picture.width),
                   static_cast<int>(i / picture.width), values);
      if (test::is_yuv(picture.format)) {
        test::to_rgb(picture, values, expected);
        const double luma[3] = {values[0], 128, 128};
        test::to_rgb(picture, luma, values);
      } else {
        std::copy(values, values + 3, expected);
        values[1] = 0.299 * values[0] + 0.587 * values[1] + 0.114 * values[2];
      }
      worst = std::max(worst, std::fabs(grey[i] - values[1]));
      for (int c = 0; c < 3; ++c) {
        worst = std::max(worst, std::fabs(rgb[3 * i + c] - expected[c]));
        CHECK_EQ(rgb[3 * i + c], bgr[3 * i + 2 - c]);
      }
    }
  }
  CHECK(worst > 0 && worst < 0.75);
}

TEST(yuv_to_i420_keeps_the_samples) {
  std::mt19937 random(22);
  for (int round = 0; round < 200; ++round) {
    const Picture picture = test::random_picture(random, kFormats[round % 3],
                                                 between(random, 1, 70), between(random, 1, 50));
    I420 out(random, picture.width, picture.height);
    convert_to_i420(picture, out.y.data(), out.y_stride, out.u.data(), out.v.data(), out.uv_stride);
    CHECK(out.padding_untouched());
    const Picture made = out.picture(picture);
    bool same = true;
    for (int y = 0; y < picture.height; ++y) {
      for (int x = 0; x < picture.width; ++x) {
        double before[3], after[3];
        test::sample(picture, x, y, before);
        test::sample(made, x, y, after);
        same &= before[0] == after[0];
        if (picture.format == LS_YUYV) {  // rows of chroma are averaged in pairs
          double other[3];
          test::sample(picture, x, std::min(y ^ 1, picture.height - 1), other);
          for (int c = 1; c < 3; ++c) before[c] = std::floor((before[c] + other[c] + 1) / 2);
        }
        same &= before[1] == after[1] && before[2] == after[2];
      }
    }
    CHECK(same);
  }
}

TEST(rgb_and_grey_come_back_from_i420) {
  std::mt19937 random(23);
  const ls_pixel_format formats[] = {LS_RGB, LS_BGR, LS_GREY};
  for (int round = 0; round < 100; ++round) {
    Picture picture = test::random_picture(random, formats[round % 3], between(random, 1, 70),
                                           between(random, 1, 50));
    // One colour all over: averaged chroma is then no loss.
    const uint8_t color[3] = {static_cast<uint8_t>(random()), static_cast<uint8_t>(random()),
                              static_cast<uint8_t>(random())};
    const int channels = picture.format == LS_GREY ? 1 : 3;
    std::vector<uint8_t> pixels(static_cast<size_t>(channels) * picture.width * picture.height);
    for (size_t i = 0; i < pixels.size(); ++i) pixels[i] = color[i % channels];
    picture.planes[0] = {pixels.data(), channels * picture.width};
    I420 out(random, picture.width, picture.height);
    convert_to_i420(picture, out.y.data(), out.y_stride, out.u.data(), out.v.data(), out.uv_stride);
    CHECK(out.padding_untouched());
    std::vector<uint8_t> back(pixels.size());
    convert_to_packed(out.picture(picture), picture.format, back.data());
    int worst = 0;
    for (size_t i = 0; i < pixels.size(); ++i)
      worst = std::max(worst, std::abs(back[i] - pixels[i]));
    // Rounding luma and chroma to 8 bits: limited range has fewer levels than RGB.
    CHECK(worst <= 3);
  }
}
