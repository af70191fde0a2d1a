#include "preprocess/simd.h"

#include <atomic>

namespace lineside {

namespace {

std::atomic<bool> portable_only{false};

bool detect_avx2() {
#ifdef LINESIDE_AVX2
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
         __builtin_cpu_supports("f16c");
#else
  return false;
#endif
}

}  // namespace

bool has_avx2() {
  static const bool found = detect_avx2();
  return found && !portable_only.load(std::memory_order_relaxed);
}

void use_portable_kernels(bool portable) { portable_only = portable; }

}  // namespace lineside
