// Weights in panels: to and from other layouts. They move once a training step, so access order is what matters.
#include "ckernels.h"
#include <string.h>

typedef float four __attribute__((ext_vector_type(4)));

// to[c][r] = from[r][c] for four by four numbers.
static void transpose4(const float *from, ptrdiff_t from_stride, float *to, ptrdiff_t to_stride) {
    four a, b, c, d;
    memcpy(&a, from, sizeof a);
    memcpy(&b, from + from_stride, sizeof b);
    memcpy(&c, from + 2 * from_stride, sizeof c);
    memcpy(&d, from + 3 * from_stride, sizeof d);
    const four ab = __builtin_shufflevector(a, b, 0, 4, 1, 5), cd = __builtin_shufflevector(c, d, 0, 4, 1, 5);
    const four AB = __builtin_shufflevector(a, b, 2, 6, 3, 7), CD = __builtin_shufflevector(c, d, 2, 6, 3, 7);
    a = __builtin_shufflevector(ab, cd, 0, 1, 4, 5);
    b = __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
    c = __builtin_shufflevector(AB, CD, 0, 1, 4, 5);
    d = __builtin_shufflevector(AB, CD, 2, 3, 6, 7);
    memcpy(to, &a, sizeof a);
    memcpy(to + to_stride, &b, sizeof b);
    memcpy(to + 2 * to_stride, &c, sizeof c);
    memcpy(to + 3 * to_stride, &d, sizeof d);
}

// to[c][r] = from[r][c] for a block that fits the first-level cache.
static void transpose(
    const float *from, ptrdiff_t from_stride, float *to, ptrdiff_t to_stride, size_t rows, size_t columns) {
    size_t r = 0;
    for (; r + 4 <= rows; r += 4) {
        size_t c = 0;
        for (; c + 4 <= columns; c += 4)
            transpose4(
                from + (ptrdiff_t)r * from_stride + (ptrdiff_t)c, from_stride, to + (ptrdiff_t)c * to_stride + r,
                to_stride);
        for (; c < columns; c++)
            for (size_t i = r; i < r + 4; i++)
                to[(ptrdiff_t)c * to_stride + (ptrdiff_t)i] = from[(ptrdiff_t)i * from_stride + (ptrdiff_t)c];
    }
    for (; r < rows; r++)
        for (size_t c = 0; c < columns; c++)
            to[(ptrdiff_t)c * to_stride + (ptrdiff_t)r] = from[(ptrdiff_t)r * from_stride + (ptrdiff_t)c];
}

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

size_t ck_packed_count(size_t k, size_t n) { return (n + ck_panel - 1) / ck_panel * ck_panel * k; }

void ck_pack(const float *b, ptrdiff_t k_stride, ptrdiff_t n_stride, size_t k, size_t n, float *packed) {
    for (size_t first = 0; first < n; first += ck_panel, b += ck_panel * n_stride, packed += k * ck_panel) {
        const size_t width = least(n - first, ck_panel);
        if (width < ck_panel) memset(packed, 0, k * ck_panel * sizeof(float));
        for (size_t i = 0; i < k; i += ck_panel) {
            const size_t rows = least(k - i, ck_panel);
            const float *from = b + (ptrdiff_t)i * k_stride;
            float *to = packed + i * ck_panel;
            if (k_stride == 1)
                transpose(from, n_stride, to, ck_panel, width, rows);
            else
                for (size_t j = 0; j < width; j++)
                    for (size_t r = 0; r < rows; r++)
                        to[r * ck_panel + j] = from[(ptrdiff_t)r * k_stride + (ptrdiff_t)j * n_stride];
        }
    }
}

void ck_unpack(const float *packed, size_t k, size_t n, float *b, ptrdiff_t k_stride, ptrdiff_t n_stride) {
    for (size_t first = 0; first < n; first += ck_panel, b += ck_panel * n_stride, packed += k * ck_panel) {
        const size_t width = least(n - first, ck_panel);
        for (size_t i = 0; i < k; i += ck_panel) {
            const size_t rows = least(k - i, ck_panel);
            const float *from = packed + i * ck_panel;
            float *to = b + (ptrdiff_t)i * k_stride;
            if (k_stride == 1)
                transpose(from, ck_panel, to, n_stride, rows, width);
            else
                for (size_t r = 0; r < rows; r++)
                    for (size_t j = 0; j < width; j++)
                        to[(ptrdiff_t)r * k_stride + (ptrdiff_t)j * n_stride] = from[r * ck_panel + j];
        }
    }
}

// Rows first ..< first + count of packed weights [k][n], transposed: they become columns of panels, each of which has
// `panel` floats.
static void transpose_panels(
    const float *packed, size_t k, size_t n, size_t first, size_t count, float *transposed, size_t panel) {
    for (size_t j = 0; j < count; j += ck_panel, transposed += panel) {
        const size_t width = least(count - j, ck_panel);
        for (size_t i = 0; i < n; i += ck_panel)
            transpose(
                packed + i * k + (first + j) * ck_panel, ck_panel, transposed + i * ck_panel, ck_panel, width,
                least(n - i, ck_panel));
        for (size_t i = 0; width < ck_panel && i < n; i++)
            memset(transposed + i * ck_panel + width, 0, (ck_panel - width) * sizeof(float));
    }
}

void ck_pack_transposed(const float *packed, size_t k, size_t n, size_t first, size_t count, float *transposed) {
    transpose_panels(packed, k, n, first, count, transposed, n * ck_panel);
}

void ck_pack_flipped(const float *packed, size_t taps, size_t channels, size_t filters, float *flipped) {
    for (size_t tap = 0; tap < taps; tap++)
        transpose_panels(
            packed, taps * channels, filters, tap * channels, channels, flipped + (taps - 1 - tap) * filters * ck_panel,
            taps * filters * ck_panel);
}
