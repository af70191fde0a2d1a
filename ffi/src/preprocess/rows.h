// One output row after another of a scaled picture, as 8-bit channels.
#pragma once

#include <cstdint>
#include <vector>

#include "core/picture.h"
#include "preprocess/across.h"
#include "preprocess/color.h"
#include "preprocess/kernels.h"
#include "preprocess/taps.h"

namespace lineside {

// What scaling pictures of one size and format needs to know; shared by threads.
struct ScalePlan {
  ls_pixel_format format = LS_NONE;
  Taps x, y;
  Taps chroma_y;            // as y where chroma has as many rows
  AcrossPlan luma, chroma;  // luma: also grey and RGB pixels
};

ScalePlan make_scale_plan(ls_pixel_format format, int source_width, int source_height,
                          int target_width, int target_height);

// Scales one channel, or three interleaved ones, keeping the source rows it has interpolated for
// the next output row.
class ChannelScaler {
 public:
  // `whole`: rows are to be whole levels, rounded as cv2.resize rounds them.
  void bind(const Kernels& kernels, const uint8_t* data, int stride, int channels,
            const AcrossPlan& across, const Taps& y, bool whole);
  // Held samples; channel c from c * pitch(). Valid until the next call.
  const int16_t* row(int y);
  int pitch() const { return pitch_; }

 private:
  const int16_t* held(int source_row);

  const Kernels* kernels_ = nullptr;
  const uint8_t* data_ = nullptr;
  int stride_ = 0;
  int channels_ = 1;
  int pitch_ = 0;
  const AcrossPlan* across_ = nullptr;
  const Taps* y_ = nullptr;
  std::vector<int16_t> rows_[3];  // two source rows, and the mixed one
  int held_[2] = {-1, -1};
  bool whole_ = false;
};

// Scales a picture and converts its colours. Not for two threads at once.
class RowScaler {
 public:
  // `picture` and `plan` must outlive the calls of `row`.
  void bind(const Picture& picture, const ScalePlan& plan, bool grey);
  // channels[0..2]: red, green, blue; or channels[0] grey. Valid until the next call.
  void row(int y, const uint8_t* channels[3]);

 private:
  void yuv_row(int y, const uint8_t* channels[3]);
  void rgb_row(int y, const uint8_t* channels[3]);

  const Kernels* kernels_ = nullptr;
  ls_pixel_format format_ = LS_NONE;
  bool grey_ = false;
  int width_ = 0;
  ColorCoefficients coefficients_{};
  ChannelScaler scalers_[3];
  std::vector<uint8_t> bytes_[4];
};

}  // namespace lineside
