// Draws what ls_overlay_submit asks for.
#pragma once

#include <string>
#include <vector>

#include "lineside.h"
#include "media/canvas.h"

namespace lineside {

// In order. Coordinates may lie anywhere; what is not finite is not drawn.
void draw_shapes(Canvas& canvas, const std::vector<ls_shape>& shapes, const std::string& text);

}  // namespace lineside
