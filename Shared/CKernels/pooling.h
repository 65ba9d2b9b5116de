// The greatest of windows of positions.

static void max_pool(const float *x, float *y, size_t positions, size_t kernel, size_t stride, size_t channels) {
    for (size_t p = 0; p < positions; p++, x += stride * channels, y += channels) {
        memcpy(y, x, channels * sizeof(float));
        for (size_t tap = 1; tap < kernel; tap++)
            for (size_t c = 0; c < channels; c++) y[c] = x[tap * channels + c] > y[c] ? x[tap * channels + c] : y[c];
    }
}

// `count` channels of one window; `rest` is what the first greatest of each is still to receive.
CK_INLINE void max_pool_window_backward(
    const float *x, const float *y, const float *dy, float *dx, size_t kernel, size_t channels, size_t count) {
    const vector greatest = load_some(y, count, 0), none = 0;
    vector rest = load_some(dy, count, 0);
    for (size_t tap = 0; tap < kernel; tap++, x += channels, dx += channels) {
        const vector value = load_some(x, count, 0);
        store_some(dx, load_some(dx, count, 0) + (value == greatest ? rest : none), count);
        rest = value == greatest ? none : rest;
    }
}

static void max_pool_backward(
    const float *x, const float *y, const float *dy, float *dx, size_t positions, size_t kernel, size_t stride,
    size_t channels) {
    for (size_t p = 0; p < positions; p++) {
        size_t c = 0;
        for (; c + CK_LANES <= channels; c += CK_LANES)
            max_pool_window_backward(x + c, y + c, dy + c, dx + c, kernel, channels, CK_LANES);
        if (c < channels) max_pool_window_backward(x + c, y + c, dy + c, dx + c, kernel, channels, channels - c);
        x += stride * channels, dx += stride * channels, y += channels, dy += channels;
    }
}

static void greatest_of_rows(const float *a, const float *b, float *out, size_t width) {
    for (size_t i = 0; i < width; i++) out[i] = b[i] > a[i] ? b[i] : a[i];
}

static void sum_of_rows(const float *a, const float *b, float *out, size_t width) {
    for (size_t i = 0; i < width; i++) out[i] = a[i] + b[i];
}
