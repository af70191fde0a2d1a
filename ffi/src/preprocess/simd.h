// Which instruction sets this processor has beyond the compiler's baseline.
#pragma once

#if defined(__x86_64__)
// Marks functions that may be called only if has_avx2().
#define LINESIDE_AVX2 __attribute__((target("avx2,fma,f16c")))
// The same without fused multiply-add, where results are to be those of portable code.
#define LINESIDE_AVX2_UNFUSED __attribute__((target("avx2")))
#endif

namespace lineside {

// AVX2, FMA and F16C: every x86-64 processor since 2013 (Intel) or 2015 (AMD) has all three.
bool has_avx2();

// For tests: makes has_avx2 say no, whatever the processor.
void use_portable_kernels(bool portable);

}  // namespace lineside
