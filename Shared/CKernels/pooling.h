// The greatest of windows of positions.

static void max_pool(const float *x, float *y, size_t positions, size_t kernel, size_t stride, size_t channels) {
    for (size_t p = 0; p < positions; p++, x += stride * channels, y += channels) {
        memcpy(y, x, channels * sizeof(float));
        for (size_t tap = 1; tap < kernel; tap++)
            for (size_t c = 0; c < channels; c++) y[c] = x[tap * channels + c] > y[c] ? x[tap * channels + c] : y[c];
    }
}

static void max_pool_backward(
    const float *x, const float *y, const float *dy, float *dx, size_t positions, size_t kernel, size_t stride,
    size_t channels) {
    for (size_t p = 0; p < positions; p++, x += stride * channels, dx += stride * channels)
        for (size_t c = 0; c < channels; c++, y++, dy++)
            for (size_t tap = 0; tap < kernel; tap++)
                if (x[tap * channels + c] == *y) {
                    dx[tap * channels + c] += *dy;
                    break;
                }
}
