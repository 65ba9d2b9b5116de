// Gradients of weights in panels: Aᵀ·B.

// Tiles of `rows` rows of d; see `tile`.
static void gradient_tile(
    int rows, const float *a, ptrdiff_t a_stride, const float *b, size_t count, const float *start,
    ptrdiff_t start_stride, float *d) {
    switch (rows) {
#define CASE(n) \
    case n: \
        if (n <= CK_ROWS) \
            tile(n <= CK_ROWS ? n : 1, CK_VECTORS, a, 1, a_stride, b, 0, count, start, start_stride, d, ck_panel); \
        break;
        EACH_CASE
#undef CASE
    }
}

static void product_gradient(
    const float *a, ptrdiff_t a_stride, const float *b, ptrdiff_t b_stride, float *packed_d, size_t m, size_t k,
    size_t n, bool add) {
    enum { block = 256, strip = 504 };  // `strip` columns of a `block` of rows of a stay in the second-level cache
    static const float zeros[columns];
    if (m == 0 && !add) memset(packed_d, 0, (n + ck_panel - 1) / ck_panel * ck_panel * k * sizeof(float));
    for (size_t row = 0, count; row < m; row += count) {
        count = part(m - row, block);
        const bool from_zero = row == 0 && !add;
        for (size_t first = 0, wide; first < k; first += wide) {
            wide = part(k - first, strip);
            for (size_t panel = 0; panel < n; panel += ck_panel) {
                const size_t width = n - panel < ck_panel ? n - panel : ck_panel;
                _Alignas(64) float rows_of_b[block * ck_panel];
                copy_panel(b + (ptrdiff_t)row * b_stride + panel, b_stride, count, width, rows_of_b);
                const float *x = a + (ptrdiff_t)row * a_stride + first;
                float *d = packed_d + panel * k + first * ck_panel;
                for (size_t i = 0, rows; i < wide; i += rows) {
                    rows = part(wide - i, CK_ROWS);
                    // A gradient larger than the caches is waited for while the tile before it is computed.
                    for (size_t line = 0; line < rows * ck_panel; line += 16)
                        __builtin_prefetch(d + (i + rows) * ck_panel + line);
                    for (size_t column = 0; column < ck_panel; column += columns) {
                        float *to = d + i * ck_panel + column;
                        gradient_tile(
                            (int)rows, x + i, a_stride, rows_of_b + column, count, from_zero ? zeros : to,
                            from_zero ? 0 : ck_panel, to);
                    }
                }
            }
        }
    }
}
