#include "media/canvas.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "media/picture_pool.h"
#include "preprocess/convert.h"

namespace lineside {
namespace {

int blended(int below, int above, int alpha) {  // alpha 0..256
  return below + (((above - below) * alpha + 128) >> 8);
}

int clamped(double value) { return static_cast<int>(std::lround(std::clamp(value, 0.0, 255.0))); }

}  // namespace

Canvas::Canvas(const Picture& source) {
  picture_ = source;
  const int width = source.width;
  const int height = source.height;
  const int chroma_width = (width + 1) / 2;
  const int chroma_height = (height + 1) / 2;
  const bool packed = source.format == LS_RGB || source.format == LS_BGR;
  picture_.format = packed || source.format == LS_NV12 ? source.format : LS_I420;
  int strides[3] = {packed ? width * 3 : width, 0, 0};
  int rows[3] = {height, 0, 0};
  if (picture_.format == LS_NV12) {
    strides[1] = chroma_width * 2;
    rows[1] = chroma_height;
  } else if (picture_.format == LS_I420) {
    strides[1] = strides[2] = chroma_width;
    rows[1] = rows[2] = chroma_height;
  }
  size_t sizes[3];
  for (int i = 0; i < 3; i++) {
    sizes[i] = static_cast<size_t>(strides[i]) * static_cast<size_t>(rows[i]);
  }
  picture_.owner = pooled_memory(sizes[0] + sizes[1] + sizes[2]);
  auto* memory = static_cast<uint8_t*>(picture_.owner.get());
  for (int i = 0; i < 3; i++) {
    memory_[i] = sizes[i] ? memory : nullptr;
    picture_.planes[i] = {memory_[i], strides[i]};
    memory += sizes[i];
  }
  if (picture_.format != source.format) {
    convert_to_i420(source, memory_[0], strides[0], memory_[1], memory_[2], strides[1]);
    return;
  }
  for (int i = 0; i < 3; i++) {
    for (int y = 0; y < rows[i]; y++) {
      std::memcpy(row(i, y),
                  source.planes[i].data + static_cast<ptrdiff_t>(y) * source.planes[i].stride,
                  static_cast<size_t>(strides[i]));
    }
  }
}

uint8_t* Canvas::row(int plane, int y) const {
  return memory_[plane] + static_cast<ptrdiff_t>(y) * picture_.planes[plane].stride;
}

Canvas::Tone Canvas::tone(Rgba color) const {
  Tone tone{{color.r, color.g, color.b}, color.a + (color.a >> 7)};
  if (picture_.format == LS_BGR) std::swap(tone.c[0], tone.c[2]);
  if (picture_.format == LS_RGB || picture_.format == LS_BGR) return tone;
  const bool old = picture_.matrix == ColorMatrix::kBt601;
  const double kr = old ? 0.299 : 0.2126;
  const double kb = old ? 0.114 : 0.0722;
  const double luma = kr * color.r + (1 - kr - kb) * color.g + kb * color.b;
  const double cb = (color.b - luma) / (2 * (1 - kb));
  const double cr = (color.r - luma) / (2 * (1 - kr));
  const bool full = picture_.range == ColorRange::kFull;
  tone.c[0] = clamped(full ? luma : 16 + luma * 219 / 255);
  tone.c[1] = clamped(128 + (full ? cb : cb * 224 / 255));
  tone.c[2] = clamped(128 + (full ? cr : cr * 224 / 255));
  return tone;
}

// Visits each chroma sample that pixels [x0, x1) x [y0, y1) touch. coverage(cx, cy) is the sum of
// its pixels' coverage, 0..255 each.
template <typename Coverage>
void Canvas::blend_chroma(int x0, int y0, int x1, int y1, const Tone& tone, Coverage&& coverage) {
  const bool interleaved = picture_.format == LS_NV12;
  const int step = interleaved ? 2 : 1;
  for (int cy = y0 / 2; cy < (y1 + 1) / 2; cy++) {
    uint8_t* u = row(1, cy);
    uint8_t* v = interleaved ? u + 1 : row(2, cy);
    // At an odd edge a sample stands for fewer pixels.
    const int block_rows = std::min(2, height() - 2 * cy);
    for (int cx = x0 / 2; cx < (x1 + 1) / 2; cx++) {
      const int pixels = block_rows * std::min(2, width() - 2 * cx);
      const int alpha = (tone.alpha * coverage(cx, cy) / pixels + 127) / 255;
      uint8_t& cb = u[cx * step];
      uint8_t& cr = v[cx * step];
      cb = static_cast<uint8_t>(blended(cb, tone.c[1], alpha));
      cr = static_cast<uint8_t>(blended(cr, tone.c[2], alpha));
    }
  }
}

void Canvas::fill(int x0, int y0, int x1, int y1, Rgba color) {
  x0 = std::max(x0, 0);
  y0 = std::max(y0, 0);
  x1 = std::min(x1, width());
  y1 = std::min(y1, height());
  if (x0 >= x1 || y0 >= y1 || color.a == 0) return;
  const Tone ink = tone(color);
  const bool packed = picture_.format == LS_RGB || picture_.format == LS_BGR;
  for (int y = y0; y < y1; y++) {
    uint8_t* out = row(0, y);
    if (packed) {
      for (int x = x0; x < x1; x++) {
        for (int i = 0; i < 3; i++) {
          out[x * 3 + i] = static_cast<uint8_t>(blended(out[x * 3 + i], ink.c[i], ink.alpha));
        }
      }
    } else if (ink.alpha == 256) {
      std::memset(out + x0, ink.c[0], static_cast<size_t>(x1 - x0));
    } else {
      for (int x = x0; x < x1; x++) {
        out[x] = static_cast<uint8_t>(blended(out[x], ink.c[0], ink.alpha));
      }
    }
  }
  if (packed) return;
  blend_chroma(x0, y0, x1, y1, ink, [=](int cx, int cy) {
    const int columns = std::min(x1, 2 * cx + 2) - std::max(x0, 2 * cx);
    const int rows = std::min(y1, 2 * cy + 2) - std::max(y0, 2 * cy);
    return columns * rows * 255;
  });
}

void Canvas::blend(int x, int y, int mask_width, int mask_height, const uint8_t* mask, int stride,
                   Rgba color) {
  const int x0 = std::max(x, 0);
  const int y0 = std::max(y, 0);
  const int x1 = std::min(x + mask_width, width());
  const int y1 = std::min(y + mask_height, height());
  if (x0 >= x1 || y0 >= y1 || color.a == 0) return;
  const Tone ink = tone(color);
  const bool packed = picture_.format == LS_RGB || picture_.format == LS_BGR;
  const auto cover = [=](int px, int py) -> int {
    return mask[static_cast<ptrdiff_t>(py - y) * stride + (px - x)];
  };
  for (int py = y0; py < y1; py++) {
    uint8_t* out = row(0, py);
    for (int px = x0; px < x1; px++) {
      const int covered = cover(px, py);
      if (covered == 0) continue;
      const int alpha = (ink.alpha * covered + 127) / 255;
      if (packed) {
        for (int i = 0; i < 3; i++) {
          out[px * 3 + i] = static_cast<uint8_t>(blended(out[px * 3 + i], ink.c[i], alpha));
        }
      } else {
        out[px] = static_cast<uint8_t>(blended(out[px], ink.c[0], alpha));
      }
    }
  }
  if (packed) return;
  blend_chroma(x0, y0, x1, y1, ink, [=](int cx, int cy) {
    int sum = 0;
    for (int py = std::max(y0, 2 * cy); py < std::min(y1, 2 * cy + 2); py++) {
      for (int px = std::max(x0, 2 * cx); px < std::min(x1, 2 * cx + 2); px++) {
        sum += cover(px, py);
      }
    }
    return sum;
  });
}

}  // namespace lineside
