// Vectors of the instruction set, and the register tile of all products.
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

// The same for the end of a row, `count` floats; what a load lacks is `rest`.
CK_INLINE vector load_some(const float *p, size_t count, float rest) {
    float lanes[CK_LANES];
    for (size_t i = 0; i < CK_LANES; i++) lanes[i] = i < count ? p[i] : rest;
    return load(lanes);
}

CK_INLINE void store_some(float *p, vector v, size_t count) {
    float lanes[CK_LANES];
    store(lanes, v);
    for (size_t i = 0; i < CK_LANES; i++)
        if (i < count) p[i] = lanes[i];
}

// The size of the next part where `rest` is cut into as few parts of at most `most` as possible, all about equal.
CK_INLINE size_t part(size_t rest, size_t most) {
    if (rest <= most) return rest;
    const size_t parts = (rest + most - 1) / most;
    return (rest + parts - 1) / parts;
}

// Vectors of the widest tile.
enum { WIDEST = 8 };

// A tile's number of rows is a constant of its code; `CASE(n)` calls the one of n rows.
#define EACH_CASE CASE(1) CASE(2) CASE(3) CASE(4) CASE(5) CASE(6) CASE(7) CASE(8) CASE(9) CASE(10) CASE(11) CASE(12)

// out[rows][columns] = start + Σ_i a[r · a_row + i · a_step] · b[i][columns], one fused multiply-add a step, in the
// order of i; rows of b are `ck_panel` apart. `rows` and `vectors` are constants where this is inlined, and the sums
// stay in registers. A tile wider than a panel goes on in the panels after it, `panel` floats apart.
CK_INLINE void tile(
    const int rows, const int vectors, const float *a, ptrdiff_t a_row, ptrdiff_t a_step, const float *b, size_t panel,
    size_t count, const float *start, ptrdiff_t start_stride, float *out, ptrdiff_t out_stride) {
    vector sum[CK_ROWS][WIDEST];
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++)
        for (int v = 0; v < vectors; v++) sum[r][v] = load(start + r * start_stride + v * CK_LANES);
#pragma clang loop unroll(disable)
    for (size_t i = 0; i < count; i++, a += a_step, b += ck_panel) {
        // The fewer of the two, numbers of a or vectors of b, wait in registers.
        if (rows < vectors) {
            vector x[CK_ROWS];
#pragma clang loop unroll(full)
            for (int r = 0; r < rows; r++) x[r] = a[r * a_row];
#pragma clang loop unroll(full)
            for (int v = 0; v < vectors; v++) {
                const vector weight = load(b + v * CK_LANES / ck_panel * panel + v * CK_LANES % ck_panel);
                for (int r = 0; r < rows; r++) sum[r][v] = CK_FMA(x[r], weight, sum[r][v]);
            }
        } else {
            vector weight[WIDEST];
#pragma clang loop unroll(full)
            for (int v = 0; v < vectors; v++) {
                weight[v] = load(b + v * CK_LANES / ck_panel * panel + v * CK_LANES % ck_panel);
                // Costs nothing where b is in a cache, and saves a third of the time of the first tile where it is not.
                __builtin_prefetch(b + 64 * ck_panel + v * CK_LANES);
            }
#pragma clang loop unroll(full)
            for (int r = 0; r < rows; r++) {
                const vector x = a[r * a_row];
                for (int v = 0; v < vectors; v++) sum[r][v] = CK_FMA(x, weight[v], sum[r][v]);
            }
        }
    }
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++)
        for (int v = 0; v < vectors; v++) store(out + r * out_stride + v * CK_LANES, sum[r][v]);
}

// Copies `width` columns of rows that are `stride` apart into rows of `ck_panel`, filled up with zeros. Strides are
// large powers of two often, whose rows would contend for few lines of the cache.
static void copy_panel(const float *from, ptrdiff_t stride, size_t rows, size_t width, float *to) {
    for (size_t i = 0; i < rows; i++, from += stride, to += ck_panel)
        if (width == ck_panel) {
            memcpy(to, from, ck_panel * sizeof(float));
        } else {
            memcpy(to, from, width * sizeof(float));
            memset(to + width, 0, (ck_panel - width) * sizeof(float));
        }
}
