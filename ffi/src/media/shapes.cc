#include "media/shapes.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "media/text.h"

namespace lineside {
namespace {

Rgba color_of(uint32_t rgba) {
  return {static_cast<uint8_t>(rgba >> 24), static_cast<uint8_t>(rgba >> 16),
          static_cast<uint8_t>(rgba >> 8), static_cast<uint8_t>(rgba)};
}

// To the nearest pixel border, and near enough to the picture to count on with integers.
int snapped(float value) {
  return static_cast<int>(std::lround(std::clamp(static_cast<double>(value), -1e6, 1e6)));
}

int thickness_of(const ls_shape& shape) {
  return std::isfinite(shape.thickness) ? std::clamp(snapped(shape.thickness), 1, 256) : 1;
}

void draw_box(Canvas& canvas, const ls_shape& shape) {
  const int t = thickness_of(shape);
  const Rgba color = color_of(shape.rgba);
  // The line runs along the border, half of it to each side. One of 2, 4 ... pixels goes where the
  // chroma samples are: a pixel beside them it would be pale.
  const int grid = t % 2 == 0 ? ~1 : ~0;
  const int x0 = (snapped(std::min(shape.x1, shape.x2)) - t / 2) & grid;
  const int y0 = (snapped(std::min(shape.y1, shape.y2)) - t / 2) & grid;
  const int x1 = std::max((snapped(std::max(shape.x1, shape.x2)) - t / 2) & grid, x0) + t;
  const int y1 = std::max((snapped(std::max(shape.y1, shape.y2)) - t / 2) & grid, y0) + t;
  if (x1 - x0 <= 2 * t || y1 - y0 <= 2 * t) return canvas.fill(x0, y0, x1, y1, color);
  canvas.fill(x0, y0, x1, y0 + t, color);
  canvas.fill(x0, y1 - t, x1, y1, color);
  canvas.fill(x0, y0 + t, x0 + t, y1 - t, color);
  canvas.fill(x1 - t, y0 + t, x1, y1 - t, color);
}

void draw_filled(Canvas& canvas, const ls_shape& shape) {
  canvas.fill(snapped(std::min(shape.x1, shape.x2)), snapped(std::min(shape.y1, shape.y2)),
              snapped(std::max(shape.x1, shape.x2)), snapped(std::max(shape.y1, shape.y2)),
              color_of(shape.rgba));
}

struct Segment {
  double x1, y1, x2, y2;
};

// Liang-Barsky against [x0, x1] x [y0, y1]; false: nothing is left.
bool clip(Segment& s, double x0, double y0, double x1, double y1) {
  const double dx = s.x2 - s.x1;
  const double dy = s.y2 - s.y1;
  const double p[4] = {-dx, dx, -dy, dy};
  const double q[4] = {s.x1 - x0, x1 - s.x1, s.y1 - y0, y1 - s.y1};
  double from = 0;
  double to = 1;
  for (int i = 0; i < 4; i++) {
    if (p[i] == 0) {
      if (q[i] < 0) return false;
    } else if (p[i] < 0) {
      from = std::max(from, q[i] / p[i]);
    } else {
      to = std::min(to, q[i] / p[i]);
    }
  }
  if (from > to) return false;
  s = {s.x1 + from * dx, s.y1 + from * dy, s.x1 + to * dx, s.y1 + to * dy};
  return true;
}

// Round ends, anti-aliased by each pixel centre's distance. Two rows at a time, which share chroma.
void draw_line(Canvas& canvas, const ls_shape& shape) {
  const double radius = thickness_of(shape) / 2.0;
  const double reach = radius + 1;
  Segment s{shape.x1, shape.y1, shape.x2, shape.y2};
  if (!clip(s, -reach, -reach, canvas.width() + reach, canvas.height() + reach)) return;
  const double dx = s.x2 - s.x1;
  const double dy = s.y2 - s.y1;
  const double length2 = dx * dx + dy * dy;
  const double length = std::sqrt(length2);
  const int top = std::max(0, static_cast<int>(std::floor(std::min(s.y1, s.y2) - reach)) & ~1);
  const int bottom =
      std::min(canvas.height(), static_cast<int>(std::ceil(std::max(s.y1, s.y2) + reach)));
  std::vector<uint8_t> mask;
  for (int y = top; y < bottom; y += 2) {
    // Columns that these two rows' part of the line can touch.
    double left = std::min(s.x1, s.x2) - reach;
    double right = std::max(s.x1, s.x2) + reach;
    if (std::abs(dy) > 1e-6) {
      const double half = reach * length / std::abs(dy);
      const double a = s.x1 + (y - s.y1) * dx / dy;
      const double b = s.x1 + (y + 2 - s.y1) * dx / dy;
      left = std::max(left, std::min(a, b) - half);
      right = std::min(right, std::max(a, b) + half);
    }
    const int x0 = std::max(0, static_cast<int>(std::floor(left)) & ~1);
    const int x1 = std::min(canvas.width(), static_cast<int>(std::ceil(right)));
    if (x0 >= x1) continue;
    const int width = x1 - x0;
    mask.assign(static_cast<size_t>(width) * 2, 0);
    for (int j = 0; j < 2; j++) {
      for (int i = 0; i < width; i++) {
        const double px = x0 + i + 0.5 - s.x1;
        const double py = y + j + 0.5 - s.y1;
        const double along = length2 > 0 ? std::clamp((px * dx + py * dy) / length2, 0.0, 1.0) : 0;
        const double distance = std::hypot(px - along * dx, py - along * dy);
        const double covered = std::clamp(radius + 0.5 - distance, 0.0, 1.0);
        mask[static_cast<size_t>(j * width + i)] = static_cast<uint8_t>(covered * 255 + 0.5);
      }
    }
    canvas.blend(x0, y, width, 2, mask.data(), width, color_of(shape.rgba));
  }
}

void draw_label(Canvas& canvas, const ls_shape& shape, const std::string& text) {
  if (shape.text_size == 0) return;
  const int size = std::max(4, thickness_of(shape));
  const int side = std::max(2, size / 4);
  const auto mask =
      text_mask(text.substr(shape.text_offset, shape.text_size), size, canvas.width() - 2 * side);
  const int width = mask->width + 2 * side;
  const int height = mask->height;
  // Inside the picture; even, so that the plate's colour has sharp edges in the chroma too.
  const int x = std::clamp(snapped(shape.x1), 0, std::max(0, canvas.width() - width)) & ~1;
  const int y =
      std::clamp(snapped(shape.y1) - height, 0, std::max(0, canvas.height() - height)) & ~1;
  const Rgba plate = color_of(shape.rgba);
  canvas.fill(x, y, x + width, y + height, plate);
  const int luma = (299 * plate.r + 587 * plate.g + 114 * plate.b) / 1000;
  const Rgba ink = luma > 140 ? Rgba{0, 0, 0, 255} : Rgba{255, 255, 255, 255};
  canvas.blend(x + side, y, mask->width, mask->height, mask->coverage.data(), mask->width, ink);
}

}  // namespace

void draw_shapes(Canvas& canvas, const std::vector<ls_shape>& shapes, const std::string& text) {
  for (const ls_shape& shape : shapes) {
    if (!std::isfinite(shape.x1) || !std::isfinite(shape.y1)) continue;
    if (shape.kind != LS_LABEL && (!std::isfinite(shape.x2) || !std::isfinite(shape.y2))) continue;
    switch (shape.kind) {
      case LS_BOX:
        draw_box(canvas, shape);
        break;
      case LS_FILLED_BOX:
        draw_filled(canvas, shape);
        break;
      case LS_LINE:
        draw_line(canvas, shape);
        break;
      default:
        draw_label(canvas, shape, text);
    }
  }
}

}  // namespace lineside
