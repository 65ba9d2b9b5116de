#include "tables.h"

const ck_kernels *ck_kernels_for(ck_simd simd) {
#if defined(__x86_64__)
    const int avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    if (simd == ck_avx2) return avx2 ? &ck_table_avx2 : NULL;
    if (simd == ck_avx512)
        return avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl")
                && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq")
            ? &ck_table_avx512
            : NULL;
#endif
    return simd == ck_scalar ? &ck_table_scalar : NULL;
}

ck_simd ck_best_simd(void) {
    return ck_kernels_for(ck_avx512) ? ck_avx512 : ck_kernels_for(ck_avx2) ? ck_avx2 : ck_scalar;
}
