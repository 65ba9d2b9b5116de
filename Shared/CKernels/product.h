// Products with weights in panels, and the gradients of such products.
#if CK_LANES == 1
typedef float vector;
#else
typedef float vector __attribute__((ext_vector_type(CK_LANES)));
#endif

CK_INLINE vector load(const float *p) {
    vector v;
    memcpy(&v, p, sizeof v);
    return v;
}

CK_INLINE void store(float *p, vector v) { memcpy(p, &v, sizeof v); }

// out[rows][columns] = start + a[rows][count] · b[count][columns]; `rows` is a constant where this is inlined.
CK_INLINE void tile(
    const int rows, const float *a, ptrdiff_t a_stride, const float *b, size_t count, const float *start,
    ptrdiff_t start_stride, float *out, ptrdiff_t out_stride) {
    vector sum[CK_ROWS][CK_VECTORS];
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++)
        for (int v = 0; v < CK_VECTORS; v++) sum[r][v] = load(start + r * start_stride + v * CK_LANES);
#pragma clang loop unroll(disable)
    for (size_t k = 0; k < count; k++, b += ck_panel) {
        vector weight[CK_VECTORS];
#pragma clang loop unroll(full)
        for (int v = 0; v < CK_VECTORS; v++) weight[v] = load(b + v * CK_LANES);
#pragma clang loop unroll(full)
        for (int r = 0; r < rows; r++) {
            vector x = a[r * a_stride + (ptrdiff_t)k];
            for (int v = 0; v < CK_VECTORS; v++) sum[r][v] = CK_FMA(x, weight[v], sum[r][v]);
        }
    }
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++)
        for (int v = 0; v < CK_VECTORS; v++) store(out + r * out_stride + v * CK_LANES, sum[r][v]);
}

static void tile_of(
    int rows, const float *a, ptrdiff_t a_stride, const float *b, size_t count, const float *start,
    ptrdiff_t start_stride, float *out, ptrdiff_t out_stride) {
    switch (rows) {
#define CASE(n) \
    case n: \
        if (n <= CK_ROWS) tile(n <= CK_ROWS ? n : 1, a, a_stride, b, count, start, start_stride, out, out_stride); \
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

static void product_gradient(
    const float *a, ptrdiff_t a_stride, const float *b, ptrdiff_t b_stride, float *packed_d, size_t m, size_t k,
    size_t n, bool add) {
    for (size_t panel = 0; panel < n; panel += ck_panel, packed_d += k * ck_panel) {
        const size_t width = n - panel < ck_panel ? n - panel : ck_panel;
        if (!add) memset(packed_d, 0, k * ck_panel * sizeof(float));
        for (size_t row = 0; row < m; row++)
            for (size_t i = 0; i < k; i++)
                for (size_t j = 0; j < width; j++)
                    packed_d[i * ck_panel + j] = CK_FMA(
                        a[(ptrdiff_t)row * a_stride + (ptrdiff_t)i], b[(ptrdiff_t)row * b_stride + (ptrdiff_t)(panel + j)],
                        packed_d[i * ck_panel + j]);
    }
}
