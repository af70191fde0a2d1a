// Writing rows of 8-bit channels into a tensor.
#pragma once

#include <cstdint>
#include <vector>

#include "preprocess/letterbox.h"

namespace lineside {

// Writes the rows of one tensor. Not for two threads at once.
class RowStore {
 public:
  void bind(const LetterboxOptions& options, void* tensor);
  // Row `y`: `left` pixels of padding, `count` pixels from `channels` (in the tensor's order; in
  // padded rows), padding up to the row's end.
  void row(int y, int left, int count, const uint8_t* const* channels);

 private:
  struct Pad {
    float f32[3];
    uint16_t f16[3];
    uint16_t bf16[3];
    uint8_t u8;
  };
  // `period` elements of padding repeat: the channels, or one of them from `channel` on.
  void pad(int64_t start, int64_t count, int channel, int period);
  void values(int64_t start, const uint8_t* from, int count, int channel, int period);

  LetterboxOptions options_;
  void* tensor_ = nullptr;
  int channels_ = 3;
  float multiplier_[3] = {1, 1, 1};  // value * multiplier + addend
  float addend_[3] = {0, 0, 0};
  Pad pad_{};
  std::vector<uint8_t> interleaved_;
};

// Portable kernels; see kernels.h.
void store_f32(const uint8_t* from, int count, const float* multiplier, const float* addend,
               float* out);
void store_f16(const uint8_t* from, int count, const float* multiplier, const float* addend,
               uint16_t* out);
void store_bf16(const uint8_t* from, int count, const float* multiplier, const float* addend,
                uint16_t* out);
void interleave(const uint8_t* const* channels, int count, uint8_t* out);

}  // namespace lineside
