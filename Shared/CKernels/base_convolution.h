// The first convolution over DNA: columns of the filters are added, nothing is multiplied.

static void base_convolution(
    const uint8_t *codes, size_t stride, size_t dilation, const float *packed, const float *bias, float *out,
    ptrdiff_t out_stride, size_t positions, size_t taps, size_t filters) {
    for (size_t p = 0; p < positions; p++, out += out_stride)
        for (size_t f = 0; f < filters; f++) {
            const float *w = packed + f / ck_panel * ck_panel * taps * 4 + f % ck_panel;
            float sum = bias ? bias[f] : 0;
            for (size_t tap = 0; tap < taps; tap++) {
                const unsigned code = codes[p * stride + tap * dilation];
                const float share = 1.0f / (float)__builtin_popcount(code | (code == 0));
                for (unsigned letter = 0; letter < 4; letter++)
                    if (code >> letter & 1) sum = CK_FMA(share, w[(tap * 4 + letter) * ck_panel], sum);
            }
            out[f] = sum;
        }
}

static void base_convolution_gradient(
    const uint8_t *codes, size_t stride, size_t dilation, const float *d_out, ptrdiff_t d_out_stride, float *packed_d,
    size_t positions, size_t taps, size_t filters) {
    for (size_t p = 0; p < positions; p++, d_out += d_out_stride)
        for (size_t f = 0; f < filters; f++) {
            float *w = packed_d + f / ck_panel * ck_panel * taps * 4 + f % ck_panel;
            for (size_t tap = 0; tap < taps; tap++) {
                const unsigned code = codes[p * stride + tap * dilation];
                const float share = 1.0f / (float)__builtin_popcount(code | (code == 0));
                for (unsigned letter = 0; letter < 4; letter++)
                    if (code >> letter & 1)
                        w[(tap * 4 + letter) * ck_panel] = CK_FMA(share, d_out[f], w[(tap * 4 + letter) * ck_panel]);
            }
        }
}
