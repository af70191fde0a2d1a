#include "preprocess/rows.h"

namespace lineside {

TapSet make_tap_set(int source_width, int source_height, int target_width, int target_height) {
  TapSet set;
  set.x = make_taps(source_width, target_width);
  set.y = make_taps(source_height, target_height);
  set.chroma_x = halve_taps(set.x);
  set.chroma_y = halve_taps(set.y);
  return set;
}

void ChannelScaler::bind(const uint8_t* data, int stride, int step, const Taps* x, const Taps* y) {
  data_ = data;
  stride_ = stride;
  step_ = step;
  x_ = x;
  y_ = y;
  for (auto& row : rows_) row.resize(static_cast<size_t>(x->target));
  held_[0] = held_[1] = -1;
}

const int16_t* ChannelScaler::held(int source_row) {
  // Rows are asked for in rising order, and at most two neighbours at a time.
  const int slot = source_row & 1;
  if (held_[slot] != source_row) {
    held_[slot] = source_row;
    const uint8_t* row = data_ + static_cast<ptrdiff_t>(source_row) * stride_;
    resample_across({row, step_}, *x_, rows_[slot].data());
  }
  return rows_[slot].data();
}

void ChannelScaler::bytes(int row, uint8_t* out) {
  const int first = y_->first[row];
  const int weight = y_->weight[row];
  if (weight == 0 && x_->pick) {
    pick_across({data_ + static_cast<ptrdiff_t>(first) * stride_, step_}, *x_, out);
    return;
  }
  const int16_t* upper = held(first);
  blend_to_bytes(upper, weight != 0 ? held(first + 1) : upper, weight, x_->target, out);
}

void ChannelScaler::fine(int row, int16_t* out) {
  const int first = y_->first[row];
  const int weight = y_->weight[row];
  const int16_t* upper = held(first);
  blend_to_fine(upper, weight != 0 ? held(first + 1) : upper, weight, x_->target, out);
}

void RowScaler::bind(const Picture& picture, const TapSet& taps, bool grey) {
  format_ = picture.format;
  grey_ = grey;
  width_ = taps.x.target;
  coefficients_ = color_coefficients(picture.matrix, picture.range);
  for (auto& row : bytes_) row.resize(static_cast<size_t>(width_));
  for (auto& row : fine_) row.resize(static_cast<size_t>(width_));
  const Plane* planes = picture.planes;
  switch (format_) {
    case LS_NV12:
      scalers_[0].bind(planes[0].data, planes[0].stride, 1, &taps.x, &taps.y);
      for (int c = 0; c < 2; ++c) {
        scalers_[1 + c].bind(planes[1].data + c, planes[1].stride, 2, &taps.chroma_x,
                             &taps.chroma_y);
      }
      break;
    case LS_I420:
      scalers_[0].bind(planes[0].data, planes[0].stride, 1, &taps.x, &taps.y);
      for (int c = 1; c < 3; ++c) {
        scalers_[c].bind(planes[c].data, planes[c].stride, 1, &taps.chroma_x, &taps.chroma_y);
      }
      break;
    case LS_YUYV:
      scalers_[0].bind(planes[0].data, planes[0].stride, 2, &taps.x, &taps.y);
      for (int c = 0; c < 2; ++c) {
        scalers_[1 + c].bind(planes[0].data + 1 + 2 * c, planes[0].stride, 4, &taps.chroma_x,
                             &taps.y);
      }
      break;
    case LS_GREY:
      scalers_[0].bind(planes[0].data, planes[0].stride, 1, &taps.x, &taps.y);
      break;
    default:
      for (int c = 0; c < 3; ++c) {
        const int place = format_ == LS_RGB ? c : 2 - c;
        scalers_[c].bind(planes[0].data + place, planes[0].stride, 3, &taps.x, &taps.y);
      }
  }
}

void RowScaler::row(int y, const uint8_t* channels[3]) {
  if (format_ == LS_NV12 || format_ == LS_I420 || format_ == LS_YUYV) return yuv_row(y, channels);
  if (format_ == LS_GREY) {
    scalers_[0].bytes(y, bytes_[0].data());
    channels[0] = channels[1] = channels[2] = bytes_[0].data();
    return;
  }
  for (int c = 0; c < 3; ++c) {
    scalers_[c].bytes(y, bytes_[c].data());
    channels[c] = bytes_[c].data();
  }
  if (grey_) {
    rgb_to_grey(channels[0], channels[1], channels[2], width_, bytes_[3].data());
    channels[0] = bytes_[3].data();
  }
}

void RowScaler::yuv_row(int y, const uint8_t* channels[3]) {
  scalers_[0].fine(y, fine_[0].data());
  channels[0] = bytes_[0].data();
  if (grey_) {
    luma_to_grey(fine_[0].data(), width_, coefficients_, bytes_[0].data());
    return;
  }
  for (int c = 1; c < 3; ++c) {
    scalers_[c].fine(y, fine_[c].data());
    channels[c] = bytes_[c].data();
  }
  yuv_to_rgb(fine_[0].data(), fine_[1].data(), fine_[2].data(), width_, coefficients_,
             bytes_[0].data(), bytes_[1].data(), bytes_[2].data());
}

}  // namespace lineside
