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

void ck_unpack(const float *packed, size_t k, size_t n, float *b, ptrdiff_t k_stride, ptrdiff_t n_stride) {
    for (size_t j = 0; j < n; j++) {
        const float *column = packed + j / ck_panel * ck_panel * k + j % ck_panel;
        for (size_t i = 0; i < k; i++) b[(ptrdiff_t)i * k_stride + (ptrdiff_t)j * n_stride] = column[i * ck_panel];
    }
}

void ck_pack_transposed(const float *packed, size_t k, size_t n, size_t first, size_t count, float *transposed) {
    for (size_t j = 0; j < count; j++) {
        float *column = transposed + j / ck_panel * ck_panel * n + j % ck_panel;
        for (size_t i = 0; i < n; i++)
            column[i * ck_panel] = packed[(i / ck_panel * k + first + j) * ck_panel + i % ck_panel];
    }
    const size_t used = count % ck_panel;
    if (used == 0) return;
    float *last = transposed + count / ck_panel * ck_panel * n;
    for (size_t i = 0; i < n; i++) memset(last + i * ck_panel + used, 0, (ck_panel - used) * sizeof(float));
}

void ck_pack_flipped(const float *packed, size_t taps, size_t channels, size_t filters, float *flipped) {
    const size_t rows = taps * filters;
    memset(flipped, 0, ck_packed_count(rows, channels) * sizeof(float));
    for (size_t tap = 0; tap < taps; tap++)
        for (size_t f = 0; f < filters; f++)
            for (size_t c = 0; c < channels; c++) {
                const size_t row = (taps - 1 - tap) * filters + f;
                flipped[(c / ck_panel * rows + row) * ck_panel + c % ck_panel] =
                    packed[(f / ck_panel * taps * channels + tap * channels + c) * ck_panel + f % ck_panel];
            }
}
