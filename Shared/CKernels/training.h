// What a step of training needs beside its layers.
static void add_rows(const float *x, float *out, size_t rows, size_t width) {
    for (size_t row = 0; row < rows; row++, x += width)
        for (size_t i = 0; i < width; i++) out[i] += x[i];
}

static void adam_step(
    float *restrict parameters, const float *restrict gradients, float *restrict m, float *restrict v, float scale,
    float beta1, float beta2, float epsilon, float step_size, float correction, float l2, float decay, size_t count) {
    for (size_t i = 0; i < count; i++) {
        const float g = CK_FMA(l2, parameters[i], gradients[i] * scale);
        m[i] = CK_FMA(1.0f - beta1, g - m[i], m[i]);
        v[i] = CK_FMA((1.0f - beta2) * g, g, beta2 * v[i]);
        const float step = step_size * m[i] / (__builtin_elementwise_sqrt(v[i]) / correction + epsilon);
        parameters[i] = parameters[i] * decay - step;
    }
}

static void sgd_step(
    float *restrict parameters, const float *restrict gradients, float *restrict buffer, float scale, float momentum,
    float rate, float decay, bool nesterov, bool first, size_t count) {
    for (size_t i = 0; i < count; i++) {
        const float g = CK_FMA(decay, parameters[i], gradients[i] * scale);
        const float b = first ? g : CK_FMA(momentum, buffer[i], g);
        buffer[i] = b;
        parameters[i] = CK_FMA(-rate, nesterov ? CK_FMA(momentum, b, g) : b, parameters[i]);
    }
}

static void lerp(const float *restrict x, float *restrict y, float share, size_t count) {
    for (size_t i = 0; i < count; i++) y[i] = CK_FMA(share, x[i] - y[i], y[i]);
}

static double square_sum(const float *x, size_t count) {
    double partial[sums] = {0};
    size_t i = 0;
    for (; i + sums <= count; i += sums)
        for (int j = 0; j < sums; j++) partial[j] = CK_FMA((double)x[i + j], (double)x[i + j], partial[j]);
    for (int j = 0; i < count; i++, j++) partial[j] = CK_FMA((double)x[i], (double)x[i], partial[j]);
    for (int half = sums / 2; half > 0; half /= 2)
        for (int k = 0; k < half; k++) partial[k] += partial[k + half];
    return partial[0];
}
