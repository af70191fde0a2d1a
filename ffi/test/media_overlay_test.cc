// Drawing, pixel by pixel, in every format.
#include <cmath>
#include <limits>
#include <random>

#include "fixture.h"
#include "media/canvas.h"
#include "media/shapes.h"
#include "media/text.h"
#include "pictures.h"
#include "preprocess/convert.h"

using namespace lineside;
using lineside::test::Event;
using lineside::test::Fixture;

namespace {

ls_shape shape(uint32_t kind, float x1, float y1, float x2, float y2, uint32_t rgba,
               float thickness = 1) {
  return {kind, x1, y1, x2, y2, rgba, thickness, 0, 0, 0};
}

struct Grey {
  std::vector<uint8_t> memory;
  Picture picture;
};

// A picture of one grey, in `format`.
Grey plain(ls_pixel_format format, int width, int height) {
  Grey grey;
  grey.memory.assign(static_cast<size_t>(width + 1) * static_cast<size_t>(height + 1) * 4, 128);
  uint8_t* data = grey.memory.data();
  grey.picture.format = format;
  grey.picture.width = width;
  grey.picture.height = height;
  const int chroma = (width + 1) / 2;
  const int rows = (height + 1) / 2;
  const int packed = format == LS_RGB || format == LS_BGR ? width * 3
                     : format == LS_YUYV                  ? chroma * 4
                                                          : width;
  grey.picture.planes[0] = {data, packed};
  if (format == LS_NV12) grey.picture.planes[1] = {data + width * height, chroma * 2};
  if (format == LS_I420) {
    grey.picture.planes[1] = {data + width * height, chroma};
    grey.picture.planes[2] = {data + width * height + chroma * rows, chroma};
  }
  return grey;
}

std::vector<uint8_t> rgb_of(const Picture& picture) {
  std::vector<uint8_t> rgb(static_cast<size_t>(picture.width) *
                           static_cast<size_t>(picture.height) * 3);
  convert_to_packed(picture, LS_RGB, rgb.data());
  return rgb;
}

const uint8_t* pixel(const std::vector<uint8_t>& rgb, int width, int x, int y) {
  return rgb.data() + (static_cast<ptrdiff_t>(y) * width + x) * 3;
}

constexpr ls_pixel_format kFormats[] = {LS_NV12, LS_I420, LS_YUYV, LS_GREY, LS_RGB, LS_BGR};

}  // namespace

TEST(a_filled_box_has_its_colour_in_every_format_and_colour_space) {
  for (const ls_pixel_format format : kFormats) {
    for (const ColorMatrix matrix : {ColorMatrix::kBt601, ColorMatrix::kBt709}) {
      for (const ColorRange range : {ColorRange::kLimited, ColorRange::kFull}) {
        Grey grey = plain(format, 33, 27);
        grey.picture.matrix = matrix;
        grey.picture.range = range;
        Canvas canvas(grey.picture);
        draw_shapes(canvas, {shape(LS_FILLED_BOX, 4, 6, 20, 16, 0xE62040FF)}, "");
        const std::vector<uint8_t> rgb = rgb_of(canvas.take());
        const uint8_t* in = pixel(rgb, 33, 10, 10);
        CHECK_NEAR(in[0], 0xE6, 4);
        CHECK_NEAR(in[1], 0x20, 4);
        CHECK_NEAR(in[2], 0x40, 4);
        const uint8_t* out = pixel(rgb, 33, 24, 10);
        CHECK_NEAR(out[0], out[1], 2);
      }
    }
  }
}

TEST(the_original_stays_as_it_was) {
  Grey grey = plain(LS_I420, 32, 32);
  Canvas canvas(grey.picture);
  draw_shapes(canvas, {shape(LS_FILLED_BOX, 0, 0, 32, 32, 0xFF0000FF)}, "");
  for (const uint8_t value : grey.memory) {
    if (value != 128) return CHECK_EQ(value, 128);
  }
}

TEST(alpha_blends) {
  Grey grey = plain(LS_RGB, 16, 16);
  Canvas canvas(grey.picture);
  draw_shapes(canvas, {shape(LS_FILLED_BOX, 0, 0, 16, 16, 0xFF000080)}, "");
  const std::vector<uint8_t> rgb = rgb_of(canvas.take());
  CHECK_NEAR(rgb[0], 128 + (255 - 128) * 128 / 255.0, 2);
  CHECK_NEAR(rgb[1], 128 - 128 * 128 / 255.0, 2);
}

TEST(an_outline_is_as_thick_as_asked_and_hollow) {
  for (const int thickness : {1, 2, 3}) {
    Grey grey = plain(LS_I420, 64, 64);
    Canvas canvas(grey.picture);
    draw_shapes(canvas, {shape(LS_BOX, 10, 10, 50, 50, 0xFFFFFFFF, static_cast<float>(thickness))},
                "");
    const Picture picture = canvas.take();
    int lit = 0;
    for (int x = 0; x < 32; x++)
      lit += picture.planes[0].data[30 * picture.planes[0].stride + x] > 200;
    CHECK_EQ(lit, thickness);
    CHECK_EQ(picture.planes[0].data[30 * picture.planes[0].stride + 30], 128);
  }
}

TEST(a_line_joins_its_points) {
  Grey grey = plain(LS_NV12, 100, 60);
  Canvas canvas(grey.picture);
  draw_shapes(canvas, {shape(LS_LINE, 10.5, 5.5, 90.5, 50.5, 0xFFFFFFFF, 3)}, "");
  const Picture picture = canvas.take();
  for (int i = 0; i <= 20; i++) {
    const int x = 10 + i * 4;
    const int y = static_cast<int>(5 + i * 2.25);
    CHECK(picture.planes[0].data[y * picture.planes[0].stride + x] > 200);
  }
  CHECK_EQ(picture.planes[0].data[50 * picture.planes[0].stride + 10], 128);
}

TEST(labels_stay_inside_and_can_be_read) {
  Grey grey = plain(LS_I420, 160, 90);
  Canvas canvas(grey.picture);
  const std::string text = "bottle 0.87";
  ls_shape label = shape(LS_LABEL, 1000, -1000, 0, 0, 0x0000FFFF, 14);
  label.text_size = static_cast<uint32_t>(text.size());
  draw_shapes(canvas, {label}, text);
  const std::vector<uint8_t> rgb = rgb_of(canvas.take());
  int plate = 0;
  int ink = 0;
  for (int y = 0; y < 20; y++) {
    for (int x = 60; x < 160; x++) {
      const uint8_t* p = pixel(rgb, 160, x, y);
      plate += p[2] > 180 && p[0] < 70;
      ink += p[0] > 180;
    }
  }
  CHECK(plate > 300);
  CHECK(ink > 60);
}

TEST(text_of_any_bytes_is_drawn) {
  for (const std::string& text :
       {std::string("Größe 瓶子"), std::string("\xff\xfe\x80"), std::string("\0a\nb", 4),
        std::string(5000, 'W'), std::string(" ")}) {
    const auto mask = text_mask(text, 12, 200);
    CHECK(mask->width >= 1 && mask->width <= 200);
    CHECK(mask->height >= 1 && mask->height <= 48);
    CHECK_EQ(mask->coverage.size(), static_cast<size_t>(mask->width * mask->height));
  }
}

// Every odd number in every place, on memory that ends where the picture does.
TEST(wild_shapes_touch_nothing_outside) {
  std::mt19937 random(5);
  const float odd[] = {0, -1, 0.5f, 7, 13.3f, 1e9f, -1e9f, 3e38f, -3e38f, NAN, INFINITY, -INFINITY};
  const auto any = [&] { return odd[random() % (sizeof(odd) / sizeof(odd[0]))]; };
  const std::string text = "label";
  for (int i = 0; i < 4000; i++) {
    const Picture picture =
        ::test::random_picture(random, kFormats[random() % 6], ::test::between(random, 1, 40),
                               ::test::between(random, 1, 40));
    Canvas canvas(picture);
    std::vector<ls_shape> shapes;
    for (int j = 0; j < 4; j++) {
      ls_shape one = shape(static_cast<uint32_t>(random() % 4), any(), any(), any(), any(),
                           static_cast<uint32_t>(random()), any());
      one.text_size = 5;
      shapes.push_back(one);
    }
    draw_shapes(canvas, shapes, text);
    rgb_of(canvas.take());
  }
}

TEST(the_answer_is_a_derived_frame) {
  Fixture runtime;
  const ls_handle frame = runtime.blank(320, 180, 12);
  const ls_shape box = shape(LS_BOX, 10, 10, 100, 100, 0xFF0000FF, 2);
  CHECK_EQ(ls_overlay_submit(runtime, frame, &box, 1, nullptr, 0, 99), LS_OK);
  const Event done = runtime.next();
  CHECK_EQ(done.head.kind, static_cast<uint32_t>(LS_DONE));
  CHECK_EQ(done.head.token, 99u);
  CHECK_EQ(done.head.number, 12.0);
  CHECK(done.head.frame != frame);
  CHECK_EQ(ls_live_frames(runtime), 1u);
  std::vector<uint8_t> rgb(320 * 180 * 3);
  ls_error error{};
  CHECK_EQ(ls_frame_read(runtime, done.head.frame, LS_RGB, rgb.data(), rgb.size(), &error), LS_OK);
  CHECK(rgb[(9 * 320 + 50) * 3] > 180);
  ls_frame_release(runtime, done.head.frame);
}

TEST(wrong_arguments_leave_the_frame) {
  Fixture runtime;
  const ls_handle frame = runtime.blank(32, 32);
  ls_shape label = shape(LS_LABEL, 1, 1, 0, 0, 0xff, 10);
  label.text_offset = 0xFFFFFFFF;
  label.text_size = 2;
  CHECK_EQ(ls_overlay_submit(runtime, frame, &label, 1, "ab", 2, 1), LS_ERR_ARGUMENT);
  label.kind = 9;
  CHECK_EQ(ls_overlay_submit(runtime, frame, &label, 1, nullptr, 0, 1), LS_ERR_ARGUMENT);
  CHECK_EQ(ls_overlay_submit(runtime, frame, nullptr, 1, nullptr, 0, 1), LS_ERR_ARGUMENT);
  CHECK_EQ(ls_overlay_submit(runtime, 12345, nullptr, 0, nullptr, 0, 1), LS_ERR_HANDLE);
  CHECK_EQ(ls_frame_release(runtime, frame), LS_OK);
}
