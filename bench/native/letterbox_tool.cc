// Letterboxes one picture from standard input to a tensor on standard output, for parity checks:
//   letterbox_tool FORMAT WIDTH HEIGHT TENSOR_WIDTH TENSOR_HEIGHT [u8|f32|f16] [NCHW|NHWC]
//                  [RGB|BGR|GREY] [center|top-left] [601|709] [limited|full]
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "picture.h"
#include "preprocess/letterbox.h"

int main(int argc, char** argv) {
  using namespace lineside;
  if (argc < 6) {
    std::fprintf(stderr, "expected FORMAT WIDTH HEIGHT TENSOR_WIDTH TENSOR_HEIGHT …\n");
    return 2;
  }
  const ls_pixel_format format = bench::format_named(argv[1]);
  const int width = std::atoi(argv[2]);
  const int height = std::atoi(argv[3]);
  LetterboxOptions options;
  options.width = std::atoi(argv[4]);
  options.height = std::atoi(argv[5]);
  if (format == LS_NONE || width < 1 || height < 1 || options.width < 1 || options.height < 1) {
    std::fprintf(stderr, "expected a pixel format and four sizes\n");
    return 2;
  }
  const auto argument = [&](int index, const char* other) {
    return index < argc && std::string(argv[index]) == other;
  };
  options.type = argument(6, "f32")   ? ElementType::kF32
                 : argument(6, "f16") ? ElementType::kF16
                                      : ElementType::kU8;
  if (options.type == ElementType::kU8) options.scale = 1;
  if (argument(7, "NHWC")) options.layout = Layout::kNhwc;
  if (argument(8, "BGR")) options.order = ChannelOrder::kBgr;
  if (argument(8, "GREY")) options.order = ChannelOrder::kGrey;
  options.centered = !argument(9, "top-left");
  std::vector<uint8_t> pixels(bench::picture_bytes(format, width, height));
  if (std::fread(pixels.data(), 1, pixels.size(), stdin) != pixels.size()) {
    std::fprintf(stderr, "expected %zu bytes of pixels\n", pixels.size());
    return 2;
  }
  Picture picture = bench::lay_out(format, width, height, pixels.data());
  if (argument(10, "709")) picture.matrix = ColorMatrix::kBt709;
  if (argument(11, "full")) picture.range = ColorRange::kFull;
  std::vector<uint8_t> tensor(letterbox_bytes(options));
  letterbox(picture, options, tensor.data());
  return std::fwrite(tensor.data(), 1, tensor.size(), stdout) == tensor.size() ? 0 : 1;
}
