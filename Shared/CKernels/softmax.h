// Softmax over rows.

CK_INLINE partial_sums greater(partial_sums a, partial_sums b) { return a > b ? a : b; }

CK_INLINE float greatest(partial_sums v) {
    const __auto_type eight = v.lo > v.hi ? v.lo : v.hi;
    const __auto_type four = eight.lo > eight.hi ? eight.lo : eight.hi;
    const __auto_type two = four.lo > four.hi ? four.lo : four.hi;
    return two.lo > two.hi ? two.lo : two.hi;
}

static void softmax(const float *x, float *y, size_t rows, size_t width) {
    const size_t end = width / sums * sums, rest = width % sums;
    for (size_t row = 0; row < rows; row++, x += width, y += width) {
        float last[sums];
        partial_sums most = load_end(x + end, rest, x[0]), sum = 0;
        memcpy(last, &most, sizeof last);
        for (size_t i = 0; i < end; i += sums) most = greater(load_sums(x + i), most);
        const float top = greatest(most);
        for (size_t i = 0; i < end; i += sums) {
            for (size_t j = 0; j < sums; j++) y[i + j] = exp1(x[i + j] - top);
            sum += load_sums(y + i);
        }
        for (size_t j = 0; j < sums; j++) last[j] = exp1(last[j] - top);
        sum += load_end(last, rest, 0);
        for (size_t j = 0; j < sums; j++)
            if (j < rest) y[end + j] = last[j];
        const float whole = total(sum);
        for (size_t i = 0; i < width; i++) y[i] /= whole;
    }
}

static void softmax_backward(const float *y, const float *dy, float *dx, size_t rows, size_t width) {
    for (size_t row = 0; row < rows; row++, y += width, dy += width, dx += width) {
#define TERM(i) (y[i] * dy[i])
        ROW_SUM(sum, width, TERM)
#undef TERM
        for (size_t i = 0; i < width; i++) dx[i] = y[i] * (dy[i] - sum);
    }
}
