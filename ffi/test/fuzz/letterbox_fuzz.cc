// Any size, stride and format of a picture, any tensor: nothing is read or written outside them,
// and portable and SIMD kernels agree.
#include <cstring>
#include <memory>
#include <vector>

#include "bytes.h"
#include "preprocess/convert.h"
#include "preprocess/letterbox.h"
#include "preprocess/simd.h"

using namespace lineside;

namespace {

using Memory = std::unique_ptr<uint8_t[]>;

// A plane of `bytes` a row in memory that ends with its last sample.
Plane take_plane(fuzz::Bytes& input, int bytes, int rows, std::vector<Memory>& memory) {
  const int stride = bytes + (input.flag() ? input.between(0, 70) : 0);
  const size_t size = static_cast<size_t>(stride) * (rows - 1) + bytes;
  memory.emplace_back(new uint8_t[size]);
  input.fill(memory.back().get(), size);
  return {memory.back().get(), stride};
}

Picture take_picture(fuzz::Bytes& input, std::vector<Memory>& memory) {
  Picture picture;
  picture.format = static_cast<ls_pixel_format>(input.between(LS_NV12, LS_BGR));
  picture.width = input.between(1, input.flag() ? 12 : 160);
  picture.height = input.between(1, input.flag() ? 6 : 30);
  picture.matrix = input.flag() ? ColorMatrix::kBt709 : ColorMatrix::kBt601;
  picture.range = input.flag() ? ColorRange::kFull : ColorRange::kLimited;
  const int half_width = (picture.width + 1) / 2;
  const int half_height = (picture.height + 1) / 2;
  const auto plane = [&](int bytes, int rows) { return take_plane(input, bytes, rows, memory); };
  switch (picture.format) {
    case LS_NV12:
      picture.planes[0] = plane(picture.width, picture.height);
      picture.planes[1] = plane(2 * half_width, half_height);
      break;
    case LS_I420:
      picture.planes[0] = plane(picture.width, picture.height);
      picture.planes[1] = plane(half_width, half_height);
      picture.planes[2] = plane(half_width, half_height);
      break;
    case LS_YUYV:
      picture.planes[0] = plane(4 * half_width, picture.height);
      break;
    case LS_GREY:
      picture.planes[0] = plane(picture.width, picture.height);
      break;
    default:
      picture.planes[0] = plane(3 * picture.width, picture.height);
  }
  return picture;
}

LetterboxOptions take_options(fuzz::Bytes& input) {
  LetterboxOptions options;
  options.width = input.between(1, 70);
  options.height = input.between(1, 24);
  options.pad = input.between(0, 255);
  options.centered = input.flag();
  options.upscale = input.flag();
  options.layout = input.flag() ? Layout::kNhwc : Layout::kNchw;
  options.type = static_cast<ElementType>(input.between(0, 3));
  options.order = static_cast<ChannelOrder>(input.between(0, 2));
  if (options.type == ElementType::kU8) options.scale = 1;
  return options;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  fuzz::Bytes input(data, size);
  std::vector<Memory> memory;
  const LetterboxOptions options = take_options(input);
  const Picture picture = take_picture(input, memory);
  const size_t bytes = letterbox_bytes(options);
  const Memory fast(new uint8_t[bytes]);
  const Memory portable(new uint8_t[bytes]);
  letterbox(picture, options, fast.get());
  use_portable_kernels(true);
  letterbox(picture, options, portable.get());
  use_portable_kernels(false);
  fuzz::require(std::memcmp(fast.get(), portable.get(), bytes) == 0);

  const auto width = static_cast<size_t>(picture.width);
  const auto height = static_cast<size_t>(picture.height);
  const size_t chroma = (width + 1) / 2 * ((height + 1) / 2);
  const Memory y(new uint8_t[width * height]);
  const Memory u(new uint8_t[chroma]);
  const Memory v(new uint8_t[chroma]);
  convert_to_i420(picture, y.get(), picture.width, u.get(), v.get(), (picture.width + 1) / 2);
  const Memory rgb(new uint8_t[3 * width * height]);
  convert_to_packed(picture, LS_RGB, rgb.get());
  return 0;
}
