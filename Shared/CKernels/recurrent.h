// Steps of recurrent layers.

// MARK: - Gated recurrent unit

// One sequence; whether `h` and `keep` are null is known where this is inlined, and `restrict` lets the loop become
// vectors.
CK_INLINE void gru_row(
    const float *restrict a, const float *restrict b, const float *restrict h, float *restrict y,
    float *restrict keep, size_t hidden) {
    for (size_t i = 0; i < hidden; i++) {
        const float r = sigmoid1(a[i] + b[i]);
        const float z = sigmoid1(a[hidden + i] + b[hidden + i]);
        const float m = b[2 * hidden + i];
        const float n = tanh1(CK_FMA(r, m, a[2 * hidden + i]));
        y[i] = CK_FMA(z, (h ? h[i] : 0.0f) - n, n);
        if (keep) keep[i] = r, keep[hidden + i] = z, keep[2 * hidden + i] = n, keep[3 * hidden + i] = m;
    }
}

static void gru_step(
    const float *input_gates, ptrdiff_t input_gates_stride, const float *state_gates, const float *state,
    ptrdiff_t state_stride, float *next, ptrdiff_t next_stride, float *kept, ptrdiff_t kept_stride, size_t rows,
    size_t hidden) {
    for (size_t row = 0; row < rows; row++) {
        const float *a = input_gates + (ptrdiff_t)row * input_gates_stride;
        const float *b = state_gates + row * 3 * hidden;
        const float *h = state ? state + (ptrdiff_t)row * state_stride : NULL;
        float *y = next + (ptrdiff_t)row * next_stride, *keep = kept ? kept + (ptrdiff_t)row * kept_stride : NULL;
        if (h && keep)
            gru_row(a, b, h, y, keep, hidden);
        else if (h)
            gru_row(a, b, h, y, NULL, hidden);
        else if (keep)
            gru_row(a, b, NULL, y, keep, hidden);
        else
            gru_row(a, b, NULL, y, NULL, hidden);
    }
}

CK_INLINE void gru_row_backward(
    float *restrict keep, const float *restrict h, const float *restrict dy, float *restrict dh, float *restrict db,
    size_t hidden) {
    for (size_t i = 0; i < hidden; i++) {
        const float r = keep[i], z = keep[hidden + i], n = keep[2 * hidden + i], m = keep[3 * hidden + i];
        const float d = dh[i] + dy[i];
        const float dn = d * (1.0f - z) * CK_FMA(-n, n, 1.0f);
        const float dz = d * ((h ? h[i] : 0.0f) - n) * (z * (1.0f - z));
        const float dr = dn * m * (r * (1.0f - r));
        keep[i] = db[i] = dr;
        keep[hidden + i] = db[hidden + i] = dz;
        keep[2 * hidden + i] = dn;
        keep[3 * hidden + i] = db[2 * hidden + i] = dn * r;
        dh[i] = d * z;
    }
}

static void gru_step_backward(
    float *kept, ptrdiff_t kept_stride, const float *state, ptrdiff_t state_stride, const float *d_next,
    ptrdiff_t d_next_stride, float *d_state, float *d_state_gates, ptrdiff_t d_state_gates_stride, size_t rows,
    size_t hidden) {
    for (size_t row = 0; row < rows; row++) {
        float *keep = kept + (ptrdiff_t)row * kept_stride, *dh = d_state + row * hidden;
        float *db = d_state_gates + (ptrdiff_t)row * d_state_gates_stride;
        const float *dy = d_next + (ptrdiff_t)row * d_next_stride;
        if (state)
            gru_row_backward(keep, state + (ptrdiff_t)row * state_stride, dy, dh, db, hidden);
        else
            gru_row_backward(keep, NULL, dy, dh, db, hidden);
    }
}

// MARK: - Long short-term memory

// One sequence; `c` is null or not where this is inlined. The pragma promises what the compiler cannot know, that every
// number depends on those of its own place only.
CK_INLINE void lstm_row(float *g, const float *c, float *next_c, float *next, size_t hidden) {
#pragma clang loop vectorize(assume_safety)
    for (size_t i = 0; i < hidden; i++) {
        const float in = sigmoid1(g[i]), forget = sigmoid1(g[hidden + i]);
        const float value = tanh1(g[2 * hidden + i]), out = sigmoid1(g[3 * hidden + i]);
        const float cell = CK_FMA(forget, c ? c[i] : 0.0f, in * value);
        next_c[i] = cell;
        next[i] = out * tanh1(cell);
        g[i] = in, g[hidden + i] = forget, g[2 * hidden + i] = value, g[3 * hidden + i] = out;
    }
}

static void lstm_step(
    float *gates, ptrdiff_t gates_stride, const float *cell, ptrdiff_t cell_stride, float *next_cell,
    ptrdiff_t next_cell_stride, float *next, ptrdiff_t next_stride, size_t rows, size_t hidden) {
    for (size_t row = 0; row < rows; row++) {
        float *g = gates + (ptrdiff_t)row * gates_stride;
        float *next_c = next_cell + (ptrdiff_t)row * next_cell_stride, *y = next + (ptrdiff_t)row * next_stride;
        if (cell)
            lstm_row(g, cell + (ptrdiff_t)row * cell_stride, next_c, y, hidden);
        else
            lstm_row(g, NULL, next_c, y, hidden);
    }
}

CK_INLINE void lstm_row_backward(
    float *g, const float *c, const float *next_c, const float *dy, const float *ds, float *dc, size_t hidden) {
#pragma clang loop vectorize(assume_safety)
    for (size_t i = 0; i < hidden; i++) {
        const float in = g[i], forget = g[hidden + i], value = g[2 * hidden + i], out = g[3 * hidden + i];
        const float t = tanh1(next_c[i]), dh = dy[i] + ds[i];
        const float d = CK_FMA(dh * out, CK_FMA(-t, t, 1.0f), dc[i]);
        g[i] = d * value * (in * (1.0f - in));
        g[hidden + i] = d * (c ? c[i] : 0.0f) * (forget * (1.0f - forget));
        g[2 * hidden + i] = d * in * CK_FMA(-value, value, 1.0f);
        g[3 * hidden + i] = dh * t * (out * (1.0f - out));
        dc[i] = d * forget;
    }
}

static void lstm_step_backward(
    float *gates, ptrdiff_t gates_stride, const float *cell, ptrdiff_t cell_stride, const float *next_cell,
    ptrdiff_t next_cell_stride, const float *d_next, ptrdiff_t d_next_stride, const float *d_state, float *d_cell,
    size_t rows, size_t hidden) {
    for (size_t row = 0; row < rows; row++) {
        float *g = gates + (ptrdiff_t)row * gates_stride, *dc = d_cell + row * hidden;
        const float *next_c = next_cell + (ptrdiff_t)row * next_cell_stride;
        const float *dy = d_next + (ptrdiff_t)row * d_next_stride, *ds = d_state + row * hidden;
        if (cell)
            lstm_row_backward(g, cell + (ptrdiff_t)row * cell_stride, next_c, dy, ds, dc, hidden);
        else
            lstm_row_backward(g, NULL, next_c, dy, ds, dc, hidden);
    }
}
