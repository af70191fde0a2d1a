// Pictures from GStreamer's buffers, and buffers for GStreamer from pictures, without copying.
#pragma once

#include <gst/video/video.h>

#include "core/picture.h"
#include "media/gst.h"

namespace lineside {

// LS_NONE for what the library has no name for.
ls_pixel_format format_of(GstVideoFormat format);
GstVideoFormat gst_format_of(ls_pixel_format format);  // throws Error(LS_ERR_UNSUPPORTED)

// Colour of a stream as its caps say; where they do not: BT.601 below 720 lines and BT.709 from
// there, limited range for YUV.
ColorMatrix matrix_of(const GstVideoInfo& info);
ColorRange range_of(const GstVideoInfo& info);

// Maps the buffer; Picture.owner holds buffer and map. A buffer of a pool with a bound under
// `pool_reserve` is copied instead, so that a consumer that keeps frames never starves the decoder.
// Throws Error(LS_ERR_UNSUPPORTED) for a format without a name here.
Picture picture_of(GstBuffer* buffer, const GstVideoInfo& info, uint32_t pool_reserve = 64);

// A buffer that reads the picture's own memory and keeps it alive. Without a timestamp.
BufferPtr buffer_of(const Picture& picture);

// Caps of raw video as such buffers hold, with colorimetry. fps 0: variable.
CapsPtr caps_of(const Picture& picture, double fps);

}  // namespace lineside
