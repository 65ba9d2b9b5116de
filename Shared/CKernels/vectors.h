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

// The size of the next part where `rest` is cut into as few parts of at most `most` as possible, all about equal.
CK_INLINE size_t part(size_t rest, size_t most) {
    if (rest <= most) return rest;
    const size_t parts = (rest + most - 1) / most;
    return (rest + parts - 1) / parts;
}

// out[rows][columns] = start + Σ_i a[r · a_row + i · a_step] · b[i][columns], one fused multiply-add a step, in the order
// of i; rows of b are `ck_panel` apart. `rows` and `vectors` are constants where this is inlined, and the sums stay in
// registers. A tile wider than a panel goes on in the panels after it, `panel` floats apart.
CK_INLINE void tile(
    const int rows, const int vectors, const float *a, ptrdiff_t a_row, ptrdiff_t a_step, const float *b, size_t panel,
    size_t count, const float *start, ptrdiff_t start_stride, float *out, ptrdiff_t out_stride) {
    vector sum[CK_ROWS * CK_VECTORS];
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++)
        for (int v = 0; v < vectors; v++) sum[r * vectors + v] = load(start + r * start_stride + v * CK_LANES);
#pragma clang loop unroll(disable)
    for (size_t i = 0; i < count; i++, a += a_step, b += ck_panel) {
        vector weight[CK_VECTORS * 4];
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors; v++)
            weight[v] = load(b + v * CK_LANES / ck_panel * panel + v * CK_LANES % ck_panel);
#pragma clang loop unroll(full)
        for (int r = 0; r < rows; r++) {
            vector x = a[r * a_row];
            for (int v = 0; v < vectors; v++) sum[r * vectors + v] = CK_FMA(x, weight[v], sum[r * vectors + v]);
        }
    }
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++)
        for (int v = 0; v < vectors; v++) store(out + r * out_stride + v * CK_LANES, sum[r * vectors + v]);
}
