#include "preprocess/kernels.h"

#include "preprocess/avx2.h"
#include "preprocess/resample.h"
#include "preprocess/simd.h"
#include "preprocess/store.h"

namespace lineside {

namespace {

constexpr Kernels kPortable = {resample_across, resample_pixels_across,
                               blend_rows,      blend_rows_whole,
                               held_to_bytes,   yuv_to_rgb,
                               luma_to_grey,    rgb_to_grey,
                               store_f32,       store_f16,
                               store_bf16,      interleave};

#ifdef LINESIDE_AVX2
constexpr Kernels kAvx2 = {avx2::resample_across, avx2::resample_pixels_across,
                           avx2::blend_rows,      avx2::blend_rows_whole,
                           avx2::held_to_bytes,   avx2::yuv_to_rgb,
                           luma_to_grey,          rgb_to_grey,
                           avx2::store_f32,       avx2::store_f16,
                           avx2::store_bf16,      avx2::interleave};
#endif

}  // namespace

const Kernels& kernels() {
#ifdef LINESIDE_AVX2
  if (has_avx2()) return kAvx2;
#endif
  return kPortable;
}

}  // namespace lineside
