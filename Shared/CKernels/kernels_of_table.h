// The kernels of one instruction set. The including file sets the target and defines:
//   CK_TABLE    name of the table
//   CK_LANES    floats a vector
//   CK_ROWS     rows of the register tile (at most 12)
//   CK_VECTORS  vectors of columns in it; CK_LANES * CK_VECTORS divides ck_panel
//
// Elementwise functions are plain C on one element: the compiler vectorizes the loops around them and changes no bit.

#define CK_INLINE static inline __attribute__((always_inline))
#define CK_FMA __builtin_elementwise_fma

enum {
    columns = CK_LANES * CK_VECTORS,
    // Rows of a panel that are multiplied before the next panel's turn: 256 × 32 floats stay in the first-level cache.
    depth = 256,
    // A sum over a row runs in so many interleaved partial sums whatever the vector width.
    sums = 16
};

// MARK: - Product

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

static void product(
    const float *a, ptrdiff_t a_stride, const float *packed, const float *bias, float *out, ptrdiff_t out_stride,
    size_t m, size_t k, size_t n) {
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
                const float *from = first ? y : start;
                const ptrdiff_t from_stride = first ? out_stride : 0;
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

// MARK: - Functions of one number

CK_INLINE float clamp(float x, float low, float high) {
    x = x < low ? low : x;
    return x > high ? high : x;
}

// 2ⁿ · p(r) with x = n · ln 2 + r (Cody and Waite; the polynomial of Cephes' expf): within 2 units in the last place.
// Saturates at 1.2e-38 and 2.4e38 instead of reaching 0 and infinity.
CK_INLINE float exp1(float x) {
    const float to_integer = 12582912.0f;  // 1.5 · 2²³: adding it rounds to nearest, and leaves n in the low bits
    x = clamp(x, -87.33654f, 88.37626f);
    const float shifted = CK_FMA(x, 1.44269504f, to_integer);
    const float n = shifted - to_integer;
    float r = CK_FMA(n, -0.693359375f, x);
    r = CK_FMA(n, 2.12194440e-4f, r);
    float p = 1.9875691500e-4f;
    p = CK_FMA(p, r, 1.3981999507e-3f);
    p = CK_FMA(p, r, 8.3334519073e-3f);
    p = CK_FMA(p, r, 4.1665795894e-2f);
    p = CK_FMA(p, r, 1.6666665459e-1f);
    p = CK_FMA(p, r, 5.0000001201e-1f);
    p = CK_FMA(p, r * r, r) + 1.0f;
    unsigned bits;
    memcpy(&bits, &shifted, sizeof bits);
    bits = (bits << 23) + 0x3f800000u;
    float power;
    memcpy(&power, &bits, sizeof power);
    return p * power;
}

CK_INLINE float sigmoid1(float x) { return 1.0f / (1.0f + exp1(-x)); }

// The rational approximation of Eigen's ptanh: x · P(x²) / Q(x²), within a few units in the last place.
CK_INLINE float tanh1(float value) {
    const float x = clamp(value, -7.90531110763549805f, 7.90531110763549805f);
    const float s = x * x;
    float p = -2.76076847742355e-16f;
    p = CK_FMA(p, s, 2.00018790482477e-13f);
    p = CK_FMA(p, s, -8.60467152213735e-11f);
    p = CK_FMA(p, s, 5.12229709037114e-08f);
    p = CK_FMA(p, s, 1.48572235717979e-05f);
    p = CK_FMA(p, s, 6.37261928875436e-04f);
    p = CK_FMA(p, s, 4.89352455891786e-03f);
    float q = 1.19825839466702e-06f;
    q = CK_FMA(q, s, 1.18534705686654e-04f);
    q = CK_FMA(q, s, 2.26843463243900e-03f);
    q = CK_FMA(q, s, 4.89352518554385e-03f);
    const float y = x * p / q;
    const float magnitude = value < 0 ? -value : value;
    return magnitude < 0.0004f ? value : y;
}

CK_INLINE float relu1(float x) { return x < 0 ? 0 : x; }

static const float gelu_scale = 0.7978845608f, gelu_cubic = 0.044715f;

// PyTorch's gelu(approximate='tanh').
CK_INLINE float gelu1(float x) {
    const float t = tanh1(gelu_scale * CK_FMA(gelu_cubic * x * x, x, x));
    return 0.5f * x * (1.0f + t);
}

CK_INLINE float gelu_slope(float x) {
    const float t = tanh1(gelu_scale * CK_FMA(gelu_cubic * x * x, x, x));
    const float inner = gelu_scale * CK_FMA(3.0f * gelu_cubic * x, x, 1.0f);
    return CK_FMA(0.5f * x * CK_FMA(-t, t, 1.0f), inner, 0.5f * (1.0f + t));
}

#define MAP(name, f) \
    static void name(const float *x, float *y, size_t count) { \
        for (size_t i = 0; i < count; i++) y[i] = f(x[i]); \
    }
MAP(exp_map, exp1)
MAP(relu_map, relu1)
MAP(tanh_map, tanh1)
MAP(sigmoid_map, sigmoid1)
MAP(gelu_map, gelu1)
#undef MAP

#define MAP_BACKWARD(name, slope) \
    static void name(const float *x, const float *y, const float *dy, float *dx, size_t count) { \
        (void)x, (void)y; \
        for (size_t i = 0; i < count; i++) dx[i] = dy[i] * (slope); \
    }
MAP_BACKWARD(relu_map_backward, y[i] > 0 ? 1.0f : 0.0f)
MAP_BACKWARD(tanh_map_backward, CK_FMA(-y[i], y[i], 1.0f))
MAP_BACKWARD(sigmoid_map_backward, y[i] * (1.0f - y[i]))
MAP_BACKWARD(gelu_map_backward, gelu_slope(x[i]))
#undef MAP_BACKWARD

// MARK: - Gated recurrent unit

// One sequence; `keep` is null or not where this is inlined, and `restrict` lets the loop become vectors.
CK_INLINE void gru_row(
    const float *restrict a, const float *restrict b, const float *restrict h, float *restrict y,
    float *restrict keep, size_t hidden) {
    for (size_t i = 0; i < hidden; i++) {
        const float r = sigmoid1(a[i] + b[i]);
        const float z = sigmoid1(a[hidden + i] + b[hidden + i]);
        const float m = b[2 * hidden + i];
        const float n = tanh1(CK_FMA(r, m, a[2 * hidden + i]));
        y[i] = CK_FMA(z, h[i] - n, n);
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
        const float *h = state + (ptrdiff_t)row * state_stride;
        float *y = next + (ptrdiff_t)row * next_stride;
        if (kept)
            gru_row(a, b, h, y, kept + (ptrdiff_t)row * kept_stride, hidden);
        else
            gru_row(a, b, h, y, NULL, hidden);
    }
}

CK_INLINE void gru_row_backward(
    const float *restrict keep, const float *restrict h, const float *restrict dy, float *restrict dh,
    float *restrict da, float *restrict db, size_t hidden) {
    for (size_t i = 0; i < hidden; i++) {
        const float r = keep[i], z = keep[hidden + i], n = keep[2 * hidden + i], m = keep[3 * hidden + i];
        const float d = dh[i] + dy[i];
        const float dn = d * (1.0f - z) * CK_FMA(-n, n, 1.0f);
        const float dz = d * (h[i] - n) * (z * (1.0f - z));
        const float dr = dn * m * (r * (1.0f - r));
        da[i] = db[i] = dr;
        da[hidden + i] = db[hidden + i] = dz;
        da[2 * hidden + i] = dn;
        db[2 * hidden + i] = dn * r;
        dh[i] = d * z;
    }
}

static void gru_step_backward(
    const float *kept, ptrdiff_t kept_stride, const float *state, ptrdiff_t state_stride, const float *d_next,
    ptrdiff_t d_next_stride, float *d_state, float *d_input_gates, float *d_state_gates, ptrdiff_t d_gates_stride,
    size_t rows, size_t hidden) {
    for (size_t row = 0; row < rows; row++)
        gru_row_backward(
            kept + (ptrdiff_t)row * kept_stride, state + (ptrdiff_t)row * state_stride,
            d_next + (ptrdiff_t)row * d_next_stride, d_state + row * hidden,
            d_input_gates + (ptrdiff_t)row * d_gates_stride, d_state_gates + (ptrdiff_t)row * d_gates_stride, hidden);
}

// MARK: - Layer norm

CK_INLINE float total(float *partial) {
    for (int half = sums / 2; half > 0; half /= 2)
        for (int i = 0; i < half; i++) partial[i] += partial[i + half];
    return partial[0];
}

// Σ of `term` over i in 0..<width, in `sums` interleaved partial sums.
#define ROW_SUM(result, width, term) \
    float result; \
    { \
        float partial[sums] = {0}; \
        size_t i = 0; \
        for (; i + sums <= (width); i += sums) \
            for (int j = 0; j < sums; j++) partial[j] += term(i + j); \
        for (int j = 0; i < (width); i++, j++) partial[j] += term(i); \
        result = total(partial); \
    }

static void layer_norm(
    const float *x, const float *weight, const float *bias, float epsilon, float *y, float *kept, size_t rows,
    size_t width) {
    for (size_t row = 0; row < rows; row++, x += width, y += width) {
#define TERM(i) x[i]
        ROW_SUM(sum, width, TERM)
#undef TERM
        const float mean = sum / (float)width;
#define TERM(i) ((x[i] - mean) * (x[i] - mean))
        ROW_SUM(squares, width, TERM)
#undef TERM
        const float scale = 1.0f / __builtin_elementwise_sqrt(squares / (float)width + epsilon);
        for (size_t i = 0; i < width; i++) y[i] = CK_FMA((x[i] - mean) * scale, weight[i], bias[i]);
        if (kept) {
            kept[2 * row] = mean;
            kept[2 * row + 1] = scale;
        }
    }
}

static void layer_norm_backward(
    const float *x, const float *weight, const float *kept, const float *dy, float *dx, float *d_weight,
    float *d_bias, size_t rows, size_t width) {
    for (size_t row = 0; row < rows; row++, x += width, dy += width, dx += width) {
        const float mean = kept[2 * row], scale = kept[2 * row + 1];
#define NORMAL(i) ((x[i] - mean) * scale)
#define TERM(i) (dy[i] * weight[i])
        ROW_SUM(d_sum, width, TERM)
#undef TERM
#define TERM(i) (dy[i] * weight[i] * NORMAL(i))
        ROW_SUM(d_product, width, TERM)
#undef TERM
        d_sum /= (float)width;
        d_product /= (float)width;
        for (size_t i = 0; i < width; i++) {
            const float normal = NORMAL(i);
            d_weight[i] = CK_FMA(dy[i], normal, d_weight[i]);
            d_bias[i] += dy[i];
            dx[i] = scale * (dy[i] * weight[i] - d_sum - normal * d_product);
        }
#undef NORMAL
    }
}

// MARK: - Training

static void add_rows(const float *x, float *out, size_t rows, size_t width) {
    for (size_t row = 0; row < rows; row++, x += width)
        for (size_t i = 0; i < width; i++) out[i] += x[i];
}

static void adam_step(
    float *restrict parameters, const float *restrict gradients, float *restrict m, float *restrict v, float scale,
    float beta1, float beta2, float epsilon, float step_size, float correction, float decay, size_t count) {
    for (size_t i = 0; i < count; i++) {
        const float g = gradients[i] * scale;
        m[i] = CK_FMA(1.0f - beta1, g - m[i], m[i]);
        v[i] = CK_FMA((1.0f - beta2) * g, g, beta2 * v[i]);
        const float step = step_size * m[i] / (__builtin_elementwise_sqrt(v[i]) / correction + epsilon);
        parameters[i] = parameters[i] * decay - step;
    }
}

const ck_kernels CK_TABLE = {
    .product = product,
    .exp = exp_map,
    .relu = relu_map,
    .tanh = tanh_map,
    .sigmoid = sigmoid_map,
    .gelu = gelu_map,
    .relu_backward = relu_map_backward,
    .tanh_backward = tanh_map_backward,
    .sigmoid_backward = sigmoid_map_backward,
    .gelu_backward = gelu_map_backward,
    .gru_step = gru_step,
    .gru_step_backward = gru_step_backward,
    .layer_norm = layer_norm,
    .layer_norm_backward = layer_norm_backward,
    .add_rows = add_rows,
    .adam_step = adam_step,
};
