#include "preprocess/rows.h"

#include <cstddef>

namespace lineside {

ScalePlan make_scale_plan(ls_pixel_format format, int source_width, int source_height,
                          int target_width, int target_height) {
  ScalePlan plan;
  plan.format = format;
  plan.x = make_taps(source_width, target_width);
  plan.y = make_taps(source_height, target_height);
  const bool rows_halved = format == LS_NV12 || format == LS_I420;
  plan.chroma_y = rows_halved ? halve_taps(plan.y) : plan.y;
  const bool pixels = format == LS_RGB || format == LS_BGR;
  plan.luma = make_across_plan(plan.x, pixels ? 3 : (format == LS_YUYV ? 2 : 1));
  if (rows_halved || format == LS_YUYV) {
    const int step = format == LS_I420 ? 1 : (format == LS_NV12 ? 2 : 4);
    plan.chroma = make_across_plan(halve_taps(plan.x), step);
  }
  return plan;
}

void ChannelScaler::bind(const Kernels& kernels, const uint8_t* data, int stride, int channels,
                         const AcrossPlan& across, const Taps& y, bool whole) {
  kernels_ = &kernels;
  whole_ = whole;
  data_ = data;
  stride_ = stride;
  channels_ = channels;
  across_ = &across;
  y_ = &y;
  pitch_ = padded_row(across.target);
  for (auto& row : rows_) row.resize(static_cast<size_t>(pitch_) * channels);
  held_[0] = held_[1] = -1;
}

const int16_t* ChannelScaler::held(int source_row) {
  // Rows are asked for in rising order, and at most two neighbours at a time.
  const int slot = source_row & 1;
  if (held_[slot] != source_row) {
    held_[slot] = source_row;
    const uint8_t* row = data_ + static_cast<ptrdiff_t>(source_row) * stride_;
    if (channels_ == 3) {
      kernels_->resample_pixels_across(row, *across_, rows_[slot].data(), pitch_);
    } else {
      kernels_->resample_across(row, *across_, rows_[slot].data());
    }
  }
  return rows_[slot].data();
}

const int16_t* ChannelScaler::row(int y) {
  const int first = y_->first[static_cast<size_t>(y)];
  const int weight = y_->weight[static_cast<size_t>(y)];
  if (weight == 0) return held(first);
  if (weight == kTapOne) return held(first + 1);
  const int16_t* upper = held(first);
  const int16_t* lower = held(first + 1);
  const auto blend = whole_ ? kernels_->blend_rows_whole : kernels_->blend_rows;
  blend(upper, lower, weight, pitch_ * channels_, rows_[2].data());
  return rows_[2].data();
}

void RowScaler::bind(const Picture& picture, const ScalePlan& plan, bool grey) {
  kernels_ = &kernels();
  format_ = picture.format;
  grey_ = grey;
  width_ = plan.x.target;
  coefficients_ = color_coefficients(picture.matrix, picture.range);
  for (auto& row : bytes_) row.resize(static_cast<size_t>(padded_row(width_)));
  const Plane* planes = picture.planes;
  const bool pixels = format_ == LS_RGB || format_ == LS_BGR;
  // Of YUV more is kept: it is rounded once its colours have been converted.
  const bool whole = pixels || format_ == LS_GREY;
  scalers_[0].bind(*kernels_, planes[0].data, planes[0].stride, pixels ? 3 : 1, plan.luma, plan.y,
                   whole);
  if (pixels || format_ == LS_GREY || grey_) return;
  for (int c = 1; c < 3; ++c) {
    const Plane plane = format_ == LS_I420   ? planes[c]
                        : format_ == LS_NV12 ? Plane{planes[1].data + c - 1, planes[1].stride}
                                             : Plane{planes[0].data + 2 * c - 1, planes[0].stride};
    scalers_[c].bind(*kernels_, plane.data, plane.stride, 1, plan.chroma, plan.chroma_y, whole);
  }
}

void RowScaler::row(int y, const uint8_t* channels[3]) {
  if (format_ == LS_RGB || format_ == LS_BGR) return rgb_row(y, channels);
  if (format_ != LS_GREY) return yuv_row(y, channels);
  kernels_->held_to_bytes(scalers_[0].row(y), width_, bytes_[0].data());
  channels[0] = channels[1] = channels[2] = bytes_[0].data();
}

void RowScaler::rgb_row(int y, const uint8_t* channels[3]) {
  const int16_t* held = scalers_[0].row(y);
  for (int c = 0; c < 3; ++c) {
    kernels_->held_to_bytes(held + static_cast<ptrdiff_t>(c) * scalers_[0].pitch(), width_,
                            bytes_[c].data());
    channels[format_ == LS_RGB ? c : 2 - c] = bytes_[c].data();
  }
  if (!grey_) return;
  kernels_->rgb_to_grey(channels[0], channels[1], channels[2], width_, bytes_[3].data());
  channels[0] = bytes_[3].data();
}

void RowScaler::yuv_row(int y, const uint8_t* channels[3]) {
  const int16_t* luma = scalers_[0].row(y);
  for (int c = 0; c < 3; ++c) channels[c] = bytes_[c].data();
  if (grey_) {
    kernels_->luma_to_grey(luma, width_, coefficients_, bytes_[0].data());
    return;
  }
  kernels_->yuv_to_rgb(luma, scalers_[1].row(y), scalers_[2].row(y), width_, coefficients_,
                       bytes_[0].data(), bytes_[1].data(), bytes_[2].data());
}

}  // namespace lineside
