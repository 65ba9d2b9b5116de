// Sums over a row, in the same order whatever the vector width: number i goes to partial sum i % 16, then the second
// half of the sums is added to the first until one is left.

// Functions of it are inlined, so how an instruction set passes it does not matter.
#pragma clang diagnostic ignored "-Wpsabi"
typedef float partial_sums __attribute__((ext_vector_type(sums)));

CK_INLINE float total(partial_sums sum) {
    const __auto_type eight = sum.lo + sum.hi;
    const __auto_type four = eight.lo + eight.hi;
    const __auto_type two = four.lo + four.hi;
    return two.lo + two.hi;
}

CK_INLINE partial_sums load_sums(const float *p) {
    partial_sums v;
    memcpy(&v, p, sizeof v);
    return v;
}

// The end of a row, filled up with `rest`.
CK_INLINE partial_sums load_end(const float *p, size_t count, float rest) {
    float v[sums];
    for (size_t j = 0; j < sums; j++) v[j] = j < count ? p[j] : rest;
    return load_sums(v);
}

// Σ of `term(i)` over i in 0 ..< width.
#define ROW_SUM(result, width, term) \
    float result; \
    { \
        float partial[sums] = {0}; \
        size_t i = 0; \
        for (; i + sums <= (width); i += sums) \
            for (int j = 0; j < sums; j++) partial[j] += term(i + j); \
        for (int j = 0; i < (width); i++, j++) partial[j] += term(i); \
        result = total(load_sums(partial)); \
    }
