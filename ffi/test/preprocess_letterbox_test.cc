// The letterbox against one written from its definition, in double precision.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <random>
#include <thread>
#include <vector>

#include "check.h"
#include "pictures.h"
#include "preprocess/half.h"
#include "preprocess/letterbox.h"
#include "preprocess/simd.h"

using namespace lineside;
using test::between;

namespace {

constexpr ls_pixel_format kFormats[] = {LS_NV12, LS_I420, LS_YUYV, LS_GREY, LS_RGB, LS_BGR};

// Value of every tensor pixel and channel (NHWC) before scale, mean and standard deviation.
std::vector<double> naive(const Picture& picture, const LetterboxOptions& options) {
  const LetterboxGeometry g = letterbox_geometry(picture.width, picture.height, options);
  const int channels = options.order == ChannelOrder::kGrey ? 1 : 3;
  std::vector<double> values(static_cast<size_t>(options.width) * options.height * channels,
                             options.pad);
  for (int y = 0; y < g.inner_height; ++y) {
    for (int x = 0; x < g.inner_width; ++x) {
      const double sx =
          std::clamp((x + 0.5) * picture.width / g.inner_width - 0.5, 0.0, picture.width - 1.0);
      const double sy =
          std::clamp((y + 0.5) * picture.height / g.inner_height - 0.5, 0.0, picture.height - 1.0);
      const int x0 = static_cast<int>(sx);
      const int y0 = static_cast<int>(sy);
      double mixed[3] = {0, 0, 0};
      for (int corner = 0; corner < 4; ++corner) {
        const int cx = std::min(x0 + corner % 2, picture.width - 1);
        const int cy = std::min(y0 + corner / 2, picture.height - 1);
        const double weight = (corner % 2 == 1 ? sx - x0 : 1 - (sx - x0)) *
                              (corner / 2 == 1 ? sy - y0 : 1 - (sy - y0));
        double one[3];
        test::sample(picture, cx, cy, one);
        for (int c = 0; c < 3; ++c) mixed[c] += weight * one[c];
      }
      double rgb[3];
      if (test::is_yuv(picture.format)) {
        if (channels == 1) mixed[1] = mixed[2] = 128;
        test::to_rgb(picture, mixed, rgb);
      } else {
        std::copy(mixed, mixed + 3, rgb);
      }
      double* out = &values[(static_cast<size_t>(y + static_cast<int>(g.offset_y)) * options.width +
                             x + static_cast<int>(g.offset_x)) *
                            channels];
      if (channels == 1) {
        out[0] = 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2];
        if (test::is_yuv(picture.format) || picture.format == LS_GREY) out[0] = rgb[1];
      } else {
        for (int c = 0; c < 3; ++c) out[c] = rgb[options.order == ChannelOrder::kRgb ? c : 2 - c];
      }
    }
  }
  return values;
}

LetterboxOptions random_options(std::mt19937& random) {
  LetterboxOptions options;
  options.width = between(random, 1, 150);
  options.height = between(random, 1, 150);
  options.pad = between(random, 0, 255);
  options.centered = random() % 2 == 0;
  options.upscale = random() % 2 == 0;
  options.layout = random() % 2 == 0 ? Layout::kNchw : Layout::kNhwc;
  options.order = static_cast<ChannelOrder>(random() % 3);
  options.type = static_cast<ElementType>(random() % 4);
  options.scale = 1;
  if (options.type != ElementType::kU8 && random() % 2 == 0) {
    options.scale = 1 / 255.0f;
    for (int c = 0; c < 3; ++c) {
      options.mean[c] = 0.4f + 0.05f * static_cast<float>(c);
      options.std[c] = 0.2f + 0.03f * static_cast<float>(c);
    }
  }
  return options;
}

Picture random_source(std::mt19937& random) {
  const bool tiny = random() % 4 == 0;
  const int most = tiny ? 6 : 300;
  return test::random_picture(random, kFormats[random() % 6], between(random, 1, most),
                              between(random, 1, most));
}

// Runs it between canaries, at an address aligned to the element alone.
std::vector<uint8_t> guarded(const Picture& picture, const LetterboxOptions& options,
                             const ParallelRows* parallel = nullptr) {
  const size_t guard = 67;
  const size_t element = options.type == ElementType::kF32  ? 4
                         : options.type == ElementType::kU8 ? 1
                                                            : 2;
  const size_t bytes = letterbox_bytes(options);
  std::vector<uint8_t> memory(guard + bytes + guard + element, 0xa5);
  uint8_t* start = memory.data() + guard;
  while (reinterpret_cast<uintptr_t>(start) % element != 0) ++start;
  letterbox(picture, options, start, parallel);
  bool intact = true;
  for (const uint8_t* at = memory.data(); at < start; ++at) intact &= *at == 0xa5;
  for (const uint8_t* at = start + bytes; at < memory.data() + memory.size(); ++at) {
    intact &= *at == 0xa5;
  }
  CHECK(intact);
  return {start, start + bytes};
}

double element_at(const std::vector<uint8_t>& tensor, ElementType type, size_t index) {
  if (type == ElementType::kU8) return tensor[index];
  if (type == ElementType::kF16) {
    uint16_t half;
    std::memcpy(&half, &tensor[2 * index], 2);
    return from_half(half);
  }
  float value;
  std::memcpy(&value, &tensor[4 * index], 4);
  return value;
}

}  // namespace

TEST(every_pixel_is_within_a_level_of_the_definition) {
  std::mt19937 random(11);
  double worst[7] = {};
  for (int round = 0; round < 400; ++round) {
    const Picture picture = random_source(random);
    LetterboxOptions options = random_options(random);
    // Too coarse for levels: those tensors are held against f32 ones below.
    if (options.type == ElementType::kBf16) options.type = ElementType::kF32;
    const std::vector<uint8_t> tensor = guarded(picture, options);
    const std::vector<double> expected = naive(picture, options);
    const size_t channels = options.order == ChannelOrder::kGrey ? 1 : 3;
    const size_t pixels = static_cast<size_t>(options.width) * options.height;
    for (size_t pixel = 0; pixel < pixels; ++pixel) {
      for (size_t c = 0; c < channels; ++c) {
        const size_t index =
            options.layout == Layout::kNchw ? c * pixels + pixel : pixel * channels + c;
        const double found = element_at(tensor, options.type, index);
        // Back to levels: halves are coarser than that at large values.
        const double level = (found * options.std[c] + options.mean[c]) / options.scale;
        const double gap = std::fabs(level - expected[pixel * channels + c]);
        // Grey from RGB is rounded twice, as by cv2's resize and cvtColor.
        const bool twice = channels == 1 && !test::is_yuv(picture.format);
        double& most = worst[twice && picture.format != LS_GREY ? LS_NONE : picture.format];
        most = std::max(most, gap);
      }
    }
  }
  // Half a level is rounding; the rest fixed-point weights, coefficients and halves. What is not
  // YUV is scaled by cv2's arithmetic, which cuts off a quarter of a level twice before it rounds.
  CHECK(worst[LS_NONE] > 0 && worst[LS_NONE] < 1.6);
  CHECK(worst[LS_RGB] > 0 && worst[LS_RGB] < 1.1);
  CHECK(worst[LS_BGR] > 0 && worst[LS_BGR] < 1.1);
  CHECK(worst[LS_GREY] > 0 && worst[LS_GREY] < 1.1);
  CHECK(worst[LS_NV12] > 0 && worst[LS_NV12] < 0.8);
  CHECK(worst[LS_I420] > 0 && worst[LS_I420] < 0.8);
  CHECK(worst[LS_YUYV] > 0 && worst[LS_YUYV] < 0.8);
}

TEST(bfloats_are_the_floats_rounded) {
  std::mt19937 random(17);
  for (int round = 0; round < 200; ++round) {
    const Picture picture = random_source(random);
    LetterboxOptions options = random_options(random);
    if (options.type == ElementType::kU8) continue;
    options.type = ElementType::kF32;
    const std::vector<uint8_t> exact = guarded(picture, options);
    options.type = ElementType::kBf16;
    const std::vector<uint8_t> rounded = guarded(picture, options);
    CHECK_EQ(2 * rounded.size(), exact.size());
    size_t wrong = 0;
    for (size_t i = 0; 4 * i < exact.size(); ++i) {
      float value;
      uint16_t found;
      std::memcpy(&value, &exact[4 * i], 4);
      std::memcpy(&found, &rounded[2 * i], 2);
      // Both neighbours are no nearer, and one as near has an odd last bit.
      const double off = std::fabs(static_cast<double>(value) - from_bfloat(found));
      for (const int step : {-1, 1}) {
        const double other = from_bfloat(static_cast<uint16_t>(found + step));
        const double apart = std::fabs(static_cast<double>(value) - other);
        if (value != 0 && (apart < off || (apart == off && found % 2 != 0))) ++wrong;
      }
      if (value == 0 && from_bfloat(found) != 0) ++wrong;
    }
    CHECK_EQ(wrong, 0u);
  }
}

TEST(portable_and_simd_kernels_give_the_same_bytes) {
  if (!has_avx2()) SKIP("this processor has no AVX2");
  std::mt19937 random(12);
  for (int round = 0; round < 400; ++round) {
    const Picture picture = random_source(random);
    const LetterboxOptions options = random_options(random);
    const std::vector<uint8_t> fast = guarded(picture, options);
    use_portable_kernels(true);
    const std::vector<uint8_t> portable = guarded(picture, options);
    use_portable_kernels(false);
    CHECK(fast == portable);
  }
}

TEST(pieces_give_what_the_whole_gives) {
  std::mt19937 random(13);
  const ParallelRows pieces = [&](int rows, const std::function<void(int, int)>& fn) {
    for (int first = 0; first < rows;) {
      const int last = std::min(rows, first + between(random, 1, 40));
      fn(first, last);
      first = last;
    }
  };
  for (int round = 0; round < 60; ++round) {
    const Picture picture = random_source(random);
    const LetterboxOptions options = random_options(random);
    CHECK(guarded(picture, options) == guarded(picture, options, &pieces));
  }
}

TEST(threads_do_not_disturb_each_other) {
  std::mt19937 random(16);
  // A thread a piece, as a pool of workers would run them.
  const ParallelRows threads = [](int rows, const std::function<void(int, int)>& fn) {
    std::vector<std::thread> workers;
    for (int i = 0; i < 3; ++i) workers.emplace_back(fn, rows * i / 3, rows * (i + 1) / 3);
    for (std::thread& worker : workers) worker.join();
  };
  for (int round = 0; round < 30; ++round) {
    const Picture picture = random_source(random);
    const LetterboxOptions options = random_options(random);
    const std::vector<uint8_t> alone = guarded(picture, options);
    std::vector<uint8_t> others[2];
    std::vector<std::thread> callers;
    for (auto& other : others) {
      callers.emplace_back([&] {
        other.resize(letterbox_bytes(options));
        letterbox(picture, options, other.data(), &threads);
      });
    }
    for (std::thread& caller : callers) caller.join();
    for (const auto& other : others) CHECK(other == alone);
  }
}

TEST(large_sizes_at_every_ratio_of_a_camera) {
  std::mt19937 random(14);
  const int sizes[][2] = {{1920, 1080}, {1280, 720}, {640, 480}, {2592, 1944}, {3840, 300}};
  for (const auto& size : sizes) {
    for (const ls_pixel_format format : kFormats) {
      const Picture picture = test::random_picture(random, format, size[0], size[1]);
      LetterboxOptions options;
      options.type = ElementType::kU8;
      options.scale = 1;
      options.layout = Layout::kNhwc;
      const std::vector<uint8_t> tensor = guarded(picture, options);
      const std::vector<double> expected = naive(picture, options);
      double worst = 0;
      for (size_t i = 0; i < tensor.size(); ++i) {
        worst = std::max(worst, std::fabs(tensor[i] - expected[i]));
      }
      CHECK(worst < (test::is_yuv(format) ? 0.8 : 1.1));
    }
  }
}

TEST(geometry_is_ultralytics) {
  const struct {
    int width, height, inner_width, inner_height, left, top;
  } cases[] = {{1920, 1080, 640, 360, 0, 140}, {1080, 1920, 360, 640, 140, 0},
               {640, 640, 640, 640, 0, 0},     {640, 361, 640, 361, 0, 139},
               {333, 517, 412, 640, 114, 0},   {100000, 1, 640, 1, 0, 319},
               {1, 1, 640, 640, 0, 0}};
  for (const auto& one : cases) {
    const LetterboxGeometry g = letterbox_geometry(one.width, one.height, LetterboxOptions());
    CHECK_EQ(g.inner_width, one.inner_width);
    CHECK_EQ(g.inner_height, one.inner_height);
    CHECK_EQ(g.offset_x, static_cast<float>(one.left));
    CHECK_EQ(g.offset_y, static_cast<float>(one.top));
  }
  LetterboxOptions small;
  small.upscale = false;
  small.centered = false;
  const LetterboxGeometry g = letterbox_geometry(320, 200, small);
  CHECK_EQ(g.inner_width, 320);
  CHECK_EQ(g.ratio_x, 1.0f);
  CHECK_EQ(g.offset_x, 0.0f);
}

TEST(geometry_holds_for_any_size) {
  std::mt19937 random(15);
  for (int round = 0; round < 20000; ++round) {
    LetterboxOptions options;
    options.width = between(random, 1, 2000);
    options.height = between(random, 1, 2000);
    options.centered = random() % 2 == 0;
    options.upscale = random() % 2 == 0;
    const int width = between(random, 1, 8000);
    const int height = between(random, 1, 8000);
    const LetterboxGeometry g = letterbox_geometry(width, height, options);
    CHECK(g.inner_width >= 1 && g.offset_x + g.inner_width <= options.width);
    CHECK(g.inner_height >= 1 && g.offset_y + g.inner_height <= options.height);
    if (options.upscale) {
      CHECK(g.inner_width == options.width || g.inner_height == options.height);
    } else {
      CHECK(g.inner_width <= width && g.inner_height <= height);
    }
    // The far corner of the picture is the far corner of its place in the tensor.
    CHECK_NEAR(width * g.ratio_x + g.offset_x, g.inner_width + g.offset_x, 1e-3);
    CHECK_NEAR(height * g.ratio_y + g.offset_y, g.inner_height + g.offset_y, 1e-3);
  }
}

TEST(halves_round_to_nearest_even) {
  for (uint32_t bits = 0; bits < 0x10000; ++bits) {
    const auto half = static_cast<uint16_t>(bits);
    const float value = from_half(half);
    if (std::isnan(value)) continue;
    CHECK_EQ(to_half(value), half);
    // Halfway to the next: to the even one of the two.
    if ((half & 0x7fffu) >= 0x7bffu) continue;
    const float next = from_half(static_cast<uint16_t>(half + 1));
    CHECK_EQ(to_half((value + next) / 2), half % 2 == 0 ? half : half + 1);
  }
  CHECK_EQ(to_half(65519.0f), 0x7bff);
  CHECK_EQ(to_half(65520.0f), 0x7c00);
  CHECK_EQ(to_half(-1e30f), 0xfc00);
}

TEST(bfloats_round_to_nearest_even) {
  for (uint32_t bits = 0; bits < 0x10000; ++bits) {
    const auto packed = static_cast<uint16_t>(bits);
    const float value = from_bfloat(packed);
    if (std::isnan(value)) continue;
    CHECK_EQ(to_bfloat(value), packed);
    if ((packed & 0x7fffu) >= 0x7f7fu) continue;
    const float next = from_bfloat(static_cast<uint16_t>(packed + 1));
    const auto middle = static_cast<float>((static_cast<double>(value) + next) / 2);
    CHECK_EQ(to_bfloat(middle), packed % 2 == 0 ? packed : packed + 1);
    CHECK_EQ(to_bfloat(std::nextafter(middle, value)), packed);
    CHECK_EQ(to_bfloat(std::nextafter(middle, next)), packed + 1);
  }
}
