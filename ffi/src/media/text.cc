#include "media/text.h"

#include <pango/pangocairo.h>

#include <algorithm>
#include <cstring>
#include <list>
#include <map>
#include <mutex>
#include <tuple>
#include <utility>

namespace lineside {
namespace {

constexpr size_t kMostBytes = 512;    // of one text: a label, not a book
constexpr size_t kRemembered = 2048;  // masks; about 2 kB each at common sizes

// The one font map and layout, and the masks drawn so far; under one lock, as Pango's font maps are
// for one thread at a time.
class Typesetter {
 public:
  Typesetter() {
    map_ = pango_cairo_font_map_new();
    context_ = pango_font_map_create_context(map_);
    cairo_font_options_t* options = cairo_font_options_create();
    // Grey levels only, and unhinted widths: the picture is filmed, scaled and compressed anyway.
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    pango_cairo_context_set_font_options(context_, options);
    cairo_font_options_destroy(options);
    layout_ = pango_layout_new(context_);
    pango_layout_set_single_paragraph_mode(layout_, TRUE);
    pango_layout_set_ellipsize(layout_, PANGO_ELLIPSIZE_END);
  }
  ~Typesetter() {
    g_object_unref(layout_);
    g_object_unref(context_);
    g_object_unref(map_);
  }
  Typesetter(const Typesetter&) = delete;
  Typesetter& operator=(const Typesetter&) = delete;

  std::shared_ptr<const TextMask> get(const std::string& text, int height, int max_width) {
    const Key key{text, height, max_width};
    std::lock_guard<std::mutex> lock(mutex_);
    const auto found = known_.find(key);
    if (found != known_.end()) {
      recent_.splice(recent_.begin(), recent_, found->second);
      return found->second->second;
    }
    recent_.emplace_front(key, draw(text, height, max_width));
    known_[key] = recent_.begin();
    if (recent_.size() > kRemembered) {
      known_.erase(recent_.back().first);
      recent_.pop_back();
    }
    return recent_.front().second;
  }

 private:
  using Key = std::tuple<std::string, int, int>;
  using Entry = std::pair<Key, std::shared_ptr<const TextMask>>;

  std::shared_ptr<const TextMask> draw(const std::string& text, int height, int max_width) {
    if (height != height_) {
      PangoFontDescription* font = pango_font_description_from_string("Sans Semi-Bold");
      // Letters with ascenders and descenders span about 0.95 of the em in common sans faces.
      pango_font_description_set_absolute_size(font, height / 0.95 * PANGO_SCALE);
      pango_layout_set_font_description(layout_, font);
      pango_font_description_free(font);
      height_ = height;
    }
    pango_layout_set_width(layout_, std::max(1, max_width) * PANGO_SCALE);
    gchar* valid = g_utf8_make_valid(text.data(), static_cast<gssize>(text.size()));
    for (gchar* c = valid; *c; c++) {
      if (static_cast<unsigned char>(*c) < 0x20 || *c == 0x7f) *c = ' ';
    }
    pango_layout_set_text(layout_, valid, -1);
    g_free(valid);
    PangoRectangle box;
    pango_layout_get_pixel_extents(layout_, nullptr, &box);
    auto mask = std::make_shared<TextMask>();
    mask->width = std::clamp(box.width + 1, 1, std::max(1, max_width));
    mask->height = std::clamp(box.height, 1, 4 * height);
    cairo_surface_t* surface =
        cairo_image_surface_create(CAIRO_FORMAT_A8, mask->width, mask->height);
    cairo_t* cairo = cairo_create(surface);
    cairo_move_to(cairo, -box.x, -box.y);
    pango_cairo_show_layout(cairo, layout_);
    cairo_destroy(cairo);
    cairo_surface_flush(surface);
    mask->coverage.resize(static_cast<size_t>(mask->width) * static_cast<size_t>(mask->height));
    const uint8_t* rows = cairo_image_surface_get_data(surface);
    const int stride = cairo_image_surface_get_stride(surface);
    for (int y = 0; rows && y < mask->height; y++) {
      std::memcpy(mask->coverage.data() + static_cast<ptrdiff_t>(y) * mask->width,
                  rows + static_cast<ptrdiff_t>(y) * stride, static_cast<size_t>(mask->width));
    }
    cairo_surface_destroy(surface);
    return mask;
  }

  std::mutex mutex_;
  PangoFontMap* map_ = nullptr;
  PangoContext* context_ = nullptr;
  PangoLayout* layout_ = nullptr;
  int height_ = 0;
  std::list<Entry> recent_;  // newest first
  std::map<Key, std::list<Entry>::iterator> known_;
};

}  // namespace

std::shared_ptr<const TextMask> text_mask(const std::string& text, int height, int max_width) {
  static Typesetter typesetter;
  return typesetter.get(text.substr(0, kMostBytes), std::clamp(height, 4, 400), max_width);
}

}  // namespace lineside
