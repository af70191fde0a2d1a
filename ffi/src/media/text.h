// Text as coverage, through Pango: every script, anti-aliased, remembered.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace lineside {

struct TextMask {
  int width = 0;
  int height = 0;
  std::vector<uint8_t> coverage;  // rows of `width`
};

// One line of sans-serif text, `height` pixels from the highest to the lowest letters, cut with an
// ellipsis at `max_width` pixels. What is not UTF-8 shows as replacement characters, control
// characters as spaces. Any thread.
std::shared_ptr<const TextMask> text_mask(const std::string& text, int height, int max_width);

}  // namespace lineside
