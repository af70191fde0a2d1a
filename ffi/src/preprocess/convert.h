// Whole pictures from one pixel format to another, without scaling.
#pragma once

#include <cstdint>

#include "core/picture.h"

namespace lineside {

// Writes width * height * 3 bytes (LS_RGB, LS_BGR) or width * height (LS_GREY), rows packed.
// Chroma is repeated, as in letterbox.
void convert_to_packed(const Picture& picture, ls_pixel_format format, uint8_t* out);

// Any format to I420, in the picture's own matrix and range if it is YUV already, else as
// picture.matrix and picture.range say. Chroma planes have (width + 1) / 2 by (height + 1) / 2
// samples, each the mean of those it stands for.
void convert_to_i420(const Picture& picture, uint8_t* y, int y_stride, uint8_t* u, uint8_t* v,
                     int uv_stride);

}  // namespace lineside
