// A picture that may still be drawn on: fills and masks, blended on luma and chroma.
#pragma once

#include <cstdint>

#include "core/picture.h"

namespace lineside {

// 0..255 each; alpha 255 covers.
struct Rgba {
  uint8_t r, g, b, a;
};

class Canvas {
 public:
  // Copies the pixels: NV12, I420, RGB and BGR keep their format; GREY and YUYV become I420, so
  // that colours show.
  explicit Canvas(const Picture& source);

  int width() const { return picture_.width; }
  int height() const { return picture_.height; }

  // Columns [x0, x1), rows [y0, y1); clipped to the picture.
  void fill(int x0, int y0, int x1, int y1, Rgba color);

  // A coverage of 0..255 a pixel, its top left at (x, y); clipped to the picture.
  void blend(int x, int y, int width, int height, const uint8_t* mask, int stride, Rgba color);

  // The picture; nothing may be drawn after.
  Picture take() { return picture_; }

 private:
  struct Tone {  // a colour in the picture's own components
    int c[3];
    int alpha;  // 0..256
  };
  Tone tone(Rgba color) const;
  uint8_t* row(int plane, int y) const;
  template <typename Coverage>
  void blend_chroma(int x0, int y0, int x1, int y1, const Tone& tone, Coverage&& coverage);

  Picture picture_;
  uint8_t* memory_[3] = {nullptr, nullptr, nullptr};
};

}  // namespace lineside
