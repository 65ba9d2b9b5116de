// Products with weights in panels.

// Vectors of columns in a tile of few rows: it takes several panels side by side, so that enough chains run at once to
// hide the latency of a multiply-add, and enough streams of weights to hide that of memory.
#define WIDE(rows) ((rows) * WIDEST <= tile_size ? WIDEST : (rows) * 4 <= tile_size ? 4 : CK_VECTORS)
enum { tile_size = CK_ROWS * CK_VECTORS };

static void product_tile(
    int rows, bool wide, const float *a, ptrdiff_t a_stride, const float *b, size_t panel, size_t count,
    const float *start, ptrdiff_t start_stride, float *out, ptrdiff_t out_stride) {
    switch (rows) {
#define TILE(n, vectors) tile(n, vectors, a, a_stride, 1, b, panel, count, start, start_stride, out, out_stride)
#define CASE(n) \
    case n: \
        if (n > CK_ROWS) break; \
        if (wide) \
            TILE(n <= CK_ROWS ? n : 1, WIDE(n)); \
        else \
            TILE(n <= CK_ROWS ? n : 1, CK_VECTORS); \
        break;
        EACH_CASE
#undef CASE
#undef TILE
    }
}

// A block of rows of a and a depth of k: they stay in the second-level cache beside a panel of that depth.
static void product_block(
    const float *a, ptrdiff_t a_stride, const float *b, size_t panel, size_t count, const float *bias, float *out,
    ptrdiff_t out_stride, size_t m, size_t n, bool from_out) {
    for (size_t column = 0, width; column < n; column += width) {
        const size_t most = (m <= CK_ROWS ? WIDE(m) : CK_VECTORS) * CK_LANES;
        const bool wide = most > columns && n - column >= most;
        width = wide ? most : n - column < columns ? n - column : columns;
        float start[WIDEST * CK_LANES] = {0};
        if (bias) memcpy(start, bias + column, width * sizeof(float));
        const float *weights = b + column / ck_panel * panel + column % ck_panel;
        for (size_t row = 0, rows; row < m; row += rows) {
            rows = part(m - row, CK_ROWS);
            const float *x = a + (ptrdiff_t)row * a_stride;
            float *y = out + (ptrdiff_t)row * out_stride + column;
            const float *from = from_out ? y : start;
            const ptrdiff_t from_stride = from_out ? out_stride : 0;
            if (width >= columns) {
                product_tile((int)rows, wide, x, a_stride, weights, panel, count, from, from_stride, y, out_stride);
                continue;
            }
            float edge[CK_ROWS * columns] = {0};
            for (size_t r = 0; r < rows; r++)
                memcpy(edge + r * columns, from + (ptrdiff_t)r * from_stride, width * sizeof(float));
            product_tile((int)rows, false, x, a_stride, weights, panel, count, edge, columns, edge, columns);
            for (size_t r = 0; r < rows; r++)
                memcpy(y + (ptrdiff_t)r * out_stride, edge + r * columns, width * sizeof(float));
        }
    }
}

static void product_from(
    const float *a, ptrdiff_t a_stride, const float *packed, const float *bias, bool add, float *out,
    ptrdiff_t out_stride, size_t m, size_t k, size_t n) {
    enum { block = 120, depth = 1024 };
    for (size_t row = 0, rows; row < m; row += rows) {
        rows = part(m - row, block);
        // A later depth of k goes on where the one before it stored its sums.
        for (size_t first = 0, count; first < k; first += count) {
            count = part(k - first, rows <= block / 2 ? 2 * depth : depth);
            product_block(
                a + (ptrdiff_t)row * a_stride + first, a_stride, packed + first * ck_panel, k * ck_panel, count, bias,
                out + (ptrdiff_t)row * out_stride, out_stride, rows, n, first || add);
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
