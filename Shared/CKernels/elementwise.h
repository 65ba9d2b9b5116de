// Functions of one number, and their slopes.
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

static const float selu_scale = 1.0507009873554805f, selu_alpha = 1.6732632423543772f;

CK_INLINE float selu1(float x) { return selu_scale * (x > 0 ? x : selu_alpha * (exp1(x < 0 ? x : 0) - 1.0f)); }

#define MAP(name, f) \
    static void name(const float *x, float *y, size_t count) { \
        for (size_t i = 0; i < count; i++) y[i] = f(x[i]); \
    }
MAP(exp_map, exp1)
MAP(relu_map, relu1)
MAP(tanh_map, tanh1)
MAP(sigmoid_map, sigmoid1)
MAP(gelu_map, gelu1)
MAP(selu_map, selu1)
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
MAP_BACKWARD(selu_map_backward, y[i] > 0 ? selu_scale : y[i] + selu_scale * selu_alpha)
#undef MAP_BACKWARD
