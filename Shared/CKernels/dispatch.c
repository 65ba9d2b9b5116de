#include "tables.h"
#include <string.h>

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

size_t ck_packed_count(size_t k, size_t n) { return (n + ck_panel - 1) / ck_panel * ck_panel * k; }

void ck_pack(const float *b, ptrdiff_t k_stride, ptrdiff_t n_stride, size_t k, size_t n, float *packed) {
    for (size_t first = 0; first < n; first += ck_panel, packed += k * ck_panel) {
        const size_t width = n - first < ck_panel ? n - first : ck_panel;
        memset(packed, 0, k * ck_panel * sizeof(float));
        // Column by column: rows of PyTorch's weights, which are what is packed, are read in order.
        for (size_t j = 0; j < width; j++) {
            const float *column = b + (ptrdiff_t)(first + j) * n_stride;
            for (size_t i = 0; i < k; i++) packed[i * ck_panel + j] = column[(ptrdiff_t)i * k_stride];
        }
    }
}
