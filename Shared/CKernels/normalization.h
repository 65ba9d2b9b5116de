// Layer and batch normalization.
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

// MARK: - Batch norm

static void column_moments(const float *x, size_t rows, size_t width, float *mean, float *variance) {
    enum { block = 64, some = 64 };  // floats of a block of rows and some columns stay in the first-level cache
    for (size_t first = 0, count; first < width; first += count, mean += count, variance += count) {
        count = width - first < some ? width - first : some;
        double centre[some] = {0}, squares[some] = {0};
        for (size_t row = 0, height; row < rows; row += height) {
            height = rows - row < block ? rows - row : block;
            const float *from = x + row * width + first;
            double here[some] = {0}, around[some] = {0};
            for (size_t i = 0; i < height; i++)
                for (size_t j = 0; j < count; j++) here[j] += (double)from[i * width + j];
            for (size_t j = 0; j < count; j++) here[j] /= (double)height;
            for (size_t i = 0; i < height; i++)
                for (size_t j = 0; j < count; j++) {
                    const double d = (double)from[i * width + j] - here[j];
                    around[j] = CK_FMA(d, d, around[j]);
                }
            const double share = (double)height / (double)(row + height);
            for (size_t j = 0; j < count; j++) {
                const double d = here[j] - centre[j];
                centre[j] = CK_FMA(d, share, centre[j]);
                squares[j] += CK_FMA(d * d * share, (double)row, around[j]);
            }
        }
        for (size_t j = 0; j < count; j++) {
            mean[j] = (float)centre[j];
            variance[j] = (float)(squares[j] / (double)rows);
        }
    }
}

static void scale_columns(
    const float *x, const float *scale, const float *shift, float *y, size_t rows, size_t width) {
    for (size_t row = 0; row < rows; row++, x += width, y += width)
        for (size_t j = 0; j < width; j++) y[j] = CK_FMA(x[j], scale[j], shift[j]);
}

static void batch_norm_sums(
    const float *x, const float *mean, const float *factor, const float *dy, float *d_weight, float *d_bias,
    size_t rows, size_t width) {
    for (size_t row = 0; row < rows; row++, x += width, dy += width)
        for (size_t j = 0; j < width; j++) {
            d_weight[j] = CK_FMA(dy[j], (x[j] - mean[j]) * factor[j], d_weight[j]);
            d_bias[j] += dy[j];
        }
}

static void batch_norm_backward(
    const float *x, const float *mean, const float *factor, const float *weight, const float *d_weight,
    const float *d_bias, const float *dy, float *dx, size_t rows, size_t width) {
    const float share = 1.0f / (float)rows;
    for (size_t row = 0; row < rows; row++, x += width, dy += width, dx += width)
#pragma clang loop vectorize(assume_safety)
        for (size_t j = 0; j < width; j++) {
            const float normal = (x[j] - mean[j]) * factor[j];
            dx[j] = weight[j] * factor[j] * (dy[j] - d_bias[j] * share - normal * (d_weight[j] * share));
        }
}
