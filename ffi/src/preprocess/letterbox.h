// Scales a picture into a model's input, keeping its proportions and filling the rest with a grey.
#pragma once

#include <cstddef>
#include <functional>

#include "core/picture.h"
#include "core/tensor.h"

namespace lineside {

enum class Layout : uint8_t { kNchw, kNhwc };
enum class ChannelOrder : uint8_t { kRgb, kBgr, kGrey };

struct LetterboxOptions {
  int width = 640;  // of the tensor, pixels
  int height = 640;
  int pad = 114;         // 0..255, before scale, mean and standard deviation
  bool centered = true;  // else top-left
  bool upscale = true;   // false: a picture smaller than the tensor keeps its size
  Layout layout = Layout::kNchw;
  ElementType type =
      ElementType::kF32;  // kF32, kF16, kBf16 or kU8 (kU8: scale, mean, std must be 1, 0, 1)
  ChannelOrder order = ChannelOrder::kRgb;
  float scale = 1.0f / 255.0f;
  float mean[3] = {0, 0, 0};  // in the tensor's channel order
  float std[3] = {1, 1, 1};
};

// Where the picture lies in the tensor: tensor = source * ratio + offset (per axis).
struct LetterboxGeometry {
  float ratio_x = 1, ratio_y = 1;
  float offset_x = 0, offset_y = 0;  // tensor pixels
  int inner_width = 0, inner_height = 0;
  int source_width = 0, source_height = 0;
};

// As Ultralytics' LetterBox does: r = min(W/w, H/h); inner size round(w*r), round(h*r); centred
// offsets round(d/2 - 0.1).
LetterboxGeometry letterbox_geometry(int source_width, int source_height,
                                     const LetterboxOptions& options);

// Bytes one picture takes in the tensor.
size_t letterbox_bytes(const LetterboxOptions& options);

// Runs fn(first, last) over rows [0, rows) in pieces, perhaps on several threads, and waits.
using ParallelRows = std::function<void(int rows, const std::function<void(int, int)>& fn)>;

// Writes letterbox_bytes(options) bytes at `out`. Bilinear as cv2 INTER_LINEAR (half-pixel centres)
// on the picture's own samples, then colour conversion. Chroma counts as repeated over the luma it
// stands for, as in swscale's unscaled converter and cv2.cvtColor, so that tensors agree with those
// of a pipeline that decodes to BGR first. LS_GREY is taken as full range, whatever the picture
// says. A YUYV row holds whole pairs. Every element type holds levels rounded to 8 bits, scaled.
// Never fails for a valid picture.
LetterboxGeometry letterbox(const Picture& picture, const LetterboxOptions& options, void* out,
                            const ParallelRows* parallel = nullptr);

// Scratch memory is per thread: nothing is allocated once sizes have been seen.
}  // namespace lineside
