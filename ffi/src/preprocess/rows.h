// One output row after another of a scaled picture, as 8-bit channels.
#pragma once

#include <cstdint>
#include <vector>

#include "core/picture.h"
#include "preprocess/color.h"
#include "preprocess/resample.h"
#include "preprocess/taps.h"

namespace lineside {

// Taps of both axes; chroma's are set where the format samples it more coarsely.
struct TapSet {
  Taps x, y;
  Taps chroma_x, chroma_y;
};

TapSet make_tap_set(int source_width, int source_height, int target_width, int target_height);

// Scales one channel. Keeps the source rows it has interpolated, for the next output row.
class ChannelScaler {
 public:
  void bind(const uint8_t* data, int stride, int step, const Taps* x, const Taps* y);
  void bytes(int row, uint8_t* out);
  void fine(int row, int16_t* out);

 private:
  const int16_t* held(int source_row);

  const uint8_t* data_ = nullptr;
  int stride_ = 0;
  int step_ = 1;
  const Taps* x_ = nullptr;
  const Taps* y_ = nullptr;
  std::vector<int16_t> rows_[2];
  int held_[2] = {-1, -1};
};

// Scales a picture and converts its colours. Not for two threads at once.
class RowScaler {
 public:
  // `picture` and `taps` must outlive the calls of `row`.
  void bind(const Picture& picture, const TapSet& taps, bool grey);
  // channels[0..2]: red, green, blue; or channels[0] grey. Valid until the next call.
  void row(int y, const uint8_t* channels[3]);

 private:
  void yuv_row(int y, const uint8_t* channels[3]);

  ls_pixel_format format_ = LS_NONE;
  bool grey_ = false;
  int width_ = 0;
  ColorCoefficients coefficients_{};
  ChannelScaler scalers_[3];
  std::vector<uint8_t> bytes_[4];
  std::vector<int16_t> fine_[3];
};

}  // namespace lineside
