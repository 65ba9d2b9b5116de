// Products with weights in panels, and the gradients of such products.
static void tile_of(
    int rows, const float *a, ptrdiff_t a_stride, const float *b, size_t count, const float *start,
    ptrdiff_t start_stride, float *out, ptrdiff_t out_stride) {
    switch (rows) {
#define CASE(n) \
    case n: \
        if (n <= CK_ROWS) tile(n <= CK_ROWS ? n : 1, CK_VECTORS, a, a_stride, 1, b, 0, count, start, start_stride, out, out_stride); \
        break;
        CASE(1) CASE(2) CASE(3) CASE(4) CASE(5) CASE(6) CASE(7) CASE(8) CASE(9) CASE(10) CASE(11) CASE(12)
#undef CASE
    }
}

static void product_from(
    const float *a, ptrdiff_t a_stride, const float *packed, const float *bias, bool add, float *out,
    ptrdiff_t out_stride, size_t m, size_t k, size_t n) {
    for (size_t first = 0; first < k; first += depth) {
        const size_t count = k - first < depth ? k - first : depth;
        for (size_t column = 0; column < n; column += columns) {
            const float *b = packed + (column / ck_panel * k + first) * ck_panel + column % ck_panel;
            const size_t width = n - column < columns ? n - column : columns;
            float start[columns] = {0};
            if (bias) memcpy(start, bias + column, width * sizeof(float));
            for (size_t row = 0; row < m; row += CK_ROWS) {
                const int rows = (int)(m - row < CK_ROWS ? m - row : CK_ROWS);
                const float *x = a + (ptrdiff_t)row * a_stride + first;
                float *y = out + (ptrdiff_t)row * out_stride + column;
                // A later block of k goes on where the one before it stored its sums.
                const float *from = first || add ? y : start;
                const ptrdiff_t from_stride = first || add ? out_stride : 0;
                if (width == columns) {
                    tile_of(rows, x, a_stride, b, count, from, from_stride, y, out_stride);
                    continue;
                }
                float edge[CK_ROWS * columns] = {0};
                for (int r = 0; r < rows; r++)
                    memcpy(edge + r * columns, from + r * from_stride, width * sizeof(float));
                tile_of(rows, x, a_stride, b, count, edge, columns, edge, columns);
                for (int r = 0; r < rows; r++) memcpy(y + r * out_stride, edge + r * columns, width * sizeof(float));
            }
        }
    }
}

static void product(
    const float *a, ptrdiff_t a_stride, const float *packed, const float *bias, float *out, ptrdiff_t out_stride,
    size_t m, size_t k, size_t n) {
    product_from(a, a_stride, packed, bias, false, out, out_stride, m, k, n);
}

static void product_add(
    const float *a, ptrdiff_t a_stride, const float *packed, float *out, ptrdiff_t out_stride, size_t m, size_t k,
    size_t n) {
    product_from(a, a_stride, packed, NULL, true, out, out_stride, m, k, n);
}
