#include "preprocess/simd.h"

#include <atomic>

#ifdef LINESIDE_AVX2
#include <cpuid.h>
#endif

namespace lineside {

namespace {

std::atomic<bool> portable_only{false};

bool detect_avx2() {
#ifdef LINESIDE_AVX2
  // Not every compiler's __builtin_cpu_supports knows of F16C.
  unsigned a, b, c, d;
  const bool f16c = __get_cpuid(1, &a, &b, &c, &d) != 0 && (c & bit_F16C) != 0;
  return f16c && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
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
