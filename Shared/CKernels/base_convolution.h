// The first convolution over DNA: rows of the weight are added, nothing is multiplied by zero.

// A base's share of each letter that its code allows.
static const float base_share[16] = {
    0, 1, 1, 1.0f / 2, 1, 1.0f / 2, 1.0f / 2, 1.0f / 3, 1, 1.0f / 2, 1.0f / 2, 1.0f / 3, 1.0f / 2, 1.0f / 3,
    1.0f / 3, 1.0f / 4};

// MARK: - Forward

// A stretch of codes, translated.
enum { base_stretch = 2048 };
typedef struct {
    // Where the letter's row begins among a tap's four, in floats; a tile reads 16 at once.
    uint8_t row[base_stretch + 16];
    // How many of the codes before are not one letter.
    uint16_t ambiguous[base_stretch + 1];
} base_codes;

static void base_translate(const uint8_t *codes, size_t count, base_codes *to) {
    to->ambiguous[0] = 0;
    for (size_t i = 0; i < count; i++) {
        const unsigned code = codes[i];
        to->row[i] = (uint8_t)(((code > 1) + (code > 2) + (code > 4)) * ck_panel);
        to->ambiguous[i + 1] = to->ambiguous[i] + (code == 0 || (code & (code - 1)) != 0);
    }
}

// `rows` positions, all of whose bases are one letter; `rows` is a constant where this is inlined.
CK_INLINE void base_tile(
    const int rows, const uint8_t *letter, size_t stride, size_t dilation, const float *w, size_t taps,
    const float *start, float *out, ptrdiff_t out_stride) {
    vector sum[CK_ROWS][CK_VECTORS];
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++)
        for (int v = 0; v < CK_VECTORS; v++) sum[r][v] = load(start + v * CK_LANES);
#pragma clang loop unroll(disable)
    for (size_t tap = 0; tap < taps; tap++, letter += dilation, w += 4 * ck_panel) {
        // Loads are what limits this loop: the letters of neighbours come in two.
        uint64_t next[2];
        memcpy(next, letter, sizeof next);
#pragma clang loop unroll(full)
        for (int r = 0; r < rows; r++) {
            const float *row = w + (stride == 1 ? next[r / 8] >> r % 8 * 8 & 255 : letter[(size_t)r * stride]);
            for (int v = 0; v < CK_VECTORS; v++) sum[r][v] += load(row + v * CK_LANES);
        }
    }
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++)
        for (int v = 0; v < CK_VECTORS; v++) store(out + r * out_stride + v * CK_LANES, sum[r][v]);
}

static void base_tile_of(
    int rows, const uint8_t *letter, size_t stride, size_t dilation, const float *w, size_t taps, const float *start,
    float *out, ptrdiff_t out_stride) {
    switch (rows) {
#define CASE(n) \
    case n: \
        if (n > CK_ROWS) break; \
        if (stride == 1) \
            base_tile(n <= CK_ROWS ? n : 1, letter, 1, dilation, w, taps, start, out, out_stride); \
        else \
            base_tile(n <= CK_ROWS ? n : 1, letter, stride, dilation, w, taps, start, out, out_stride); \
        break;
        EACH_CASE
#undef CASE
    }
}

// One position with any codes.
static void base_position(
    const uint8_t *codes, size_t dilation, const float *w, size_t taps, const float *start, float *out) {
    vector sum[CK_VECTORS];
    for (int v = 0; v < CK_VECTORS; v++) sum[v] = load(start + v * CK_LANES);
    for (size_t tap = 0; tap < taps; tap++, codes += dilation, w += 4 * ck_panel) {
        const vector share = base_share[*codes];
        for (unsigned letters = *codes; letters != 0; letters &= letters - 1) {
            const float *row = w + __builtin_ctz(letters) * ck_panel;
            for (int v = 0; v < CK_VECTORS; v++) sum[v] = CK_FMA(share, load(row + v * CK_LANES), sum[v]);
        }
    }
    for (int v = 0; v < CK_VECTORS; v++) store(out + v * CK_LANES, sum[v]);
}

static void base_convolution(
    const uint8_t *codes, size_t stride, size_t dilation, const float *packed, const float *bias, float *out,
    ptrdiff_t out_stride, size_t positions, size_t taps, size_t filters) {
    const size_t window = (taps - 1) * dilation + 1;
    const bool fits = window <= base_stretch;
    const size_t most = fits ? 1 + (base_stretch - window) / stride : positions;
    for (size_t first = 0, count; first < positions; first += count, codes += count * stride) {
        count = part(positions - first, most);
        base_codes translated;
        if (fits) base_translate(codes, (count - 1) * stride + window, &translated);
        for (size_t column = 0; column < filters; column += columns) {
            const float *w = packed + column / ck_panel * ck_panel * taps * 4 + column % ck_panel;
            const size_t width = filters - column < columns ? filters - column : columns;
            float start[columns] = {0}, edge[CK_ROWS * columns];
            if (bias) memcpy(start, bias + column, width * sizeof(float));
            for (size_t p = 0, rows; p < count; p += rows) {
                rows = part(count - p, CK_ROWS);
                float *const to = out + (ptrdiff_t)(first + p) * out_stride + column;
                float *const y = width == columns ? to : edge;
                const ptrdiff_t y_stride = width == columns ? out_stride : columns;
                const size_t from = p * stride, end = from + (rows - 1) * stride + window;
                if (fits && translated.ambiguous[from] == translated.ambiguous[end])
                    base_tile_of((int)rows, translated.row + from, stride, dilation, w, taps, start, y, y_stride);
                else
                    for (size_t r = 0; r < rows; r++)
                        base_position(
                            codes + from + r * stride, dilation, w, taps, start, y + (ptrdiff_t)r * y_stride);
                for (size_t r = 0; y == edge && r < rows; r++)
                    memcpy(to + (ptrdiff_t)r * out_stride, edge + r * columns, width * sizeof(float));
            }
        }
    }
}

// MARK: - Backward

enum {
    // Positions at a time: their rows of one panel, with margins, stay in the first-level cache.
    base_chunk = 224,
    base_margin = 16,
    // Bases that the taps of one pass reach over.
    base_reach = 256
};

// Where one letter occurs in a chunk of codes.
typedef struct {
    size_t count;
    uint16_t row[base_chunk + base_reach];
    // Of the letter in the base.
    float share[base_chunk + base_reach];
    // Occurrences before each row.
    uint16_t before[base_chunk + base_reach + 1];
} base_occurrences;

static void base_find(const uint8_t *codes, size_t stride, size_t count, base_occurrences letters[4]) {
    for (int letter = 0; letter < 4; letter++) letters[letter].count = 0;
    for (size_t i = 0; i < count; i++) {
        const unsigned code = codes[i * stride];
        for (unsigned letter = 0; letter < 4; letter++) {
            // Written in any case, and kept by counting it.
            base_occurrences *at = &letters[letter];
            at->before[i] = (uint16_t)at->count;
            at->row[at->count] = (uint16_t)i;
            at->share[at->count] = base_share[code];
            at->count += code >> letter & 1;
        }
    }
    for (int letter = 0; letter < 4; letter++) letters[letter].before[count] = (uint16_t)letters[letter].count;
}

// Adds to the gradients of `taps` taps of one letter: tap t receives the rows of `d_out` that are t · step before the
// letter's. `taps` is a constant where this is inlined.
CK_INLINE void base_gradient_tile(
    const int taps, const uint16_t *row, const float *share, size_t count, const float *d_out, size_t step, float *d) {
    vector sum[CK_ROWS][CK_VECTORS];
#pragma clang loop unroll(full)
    for (int t = 0; t < taps; t++)
        for (int v = 0; v < CK_VECTORS; v++) sum[t][v] = load(d + t * 4 * ck_panel + v * CK_LANES);
#pragma clang loop unroll(disable)
    for (size_t i = 0; i < count; i++) {
        const float *from = d_out + row[i] * ck_panel;
        const vector factor = share[i];
#pragma clang loop unroll(full)
        for (int t = 0; t < taps; t++, from -= step)
            for (int v = 0; v < CK_VECTORS; v++) sum[t][v] = CK_FMA(factor, load(from + v * CK_LANES), sum[t][v]);
    }
#pragma clang loop unroll(full)
    for (int t = 0; t < taps; t++)
        for (int v = 0; v < CK_VECTORS; v++) store(d + t * 4 * ck_panel + v * CK_LANES, sum[t][v]);
}

static void base_gradient_taps(
    int taps, const uint16_t *row, const float *share, size_t count, const float *d_out, size_t step, float *d) {
    switch (taps) {
#define CASE(n) \
    case n: \
        if (n > CK_ROWS) break; \
        if (step == ck_panel) \
            base_gradient_tile(n <= CK_ROWS ? n : 1, row, share, count, d_out, ck_panel, d); \
        else \
            base_gradient_tile(n <= CK_ROWS ? n : 1, row, share, count, d_out, step, d); \
        break;
        EACH_CASE
#undef CASE
    }
}

// One chunk of positions, and taps that reach over at most `base_reach` bases.
static void base_gradient_chunk(
    const uint8_t *codes, size_t stride, size_t dilation, const float *d_out, ptrdiff_t d_out_stride, float *packed_d,
    size_t panel_size, size_t positions, size_t taps, size_t filters) {
    base_occurrences letters[4];
    base_find(codes, stride, positions + (taps - 1) * dilation, letters);

    // The panel's columns of d_out between margins of -0, which change no sum: no tile need care for the chunk's ends.
    _Alignas(64) float rows[(base_margin + base_chunk + base_margin) * ck_panel];
    float *const middle = rows + base_margin * ck_panel, *const end = middle + positions * ck_panel;
    for (size_t i = 0; i < base_margin * ck_panel; i++) rows[i] = end[i] = -0.0f;

    for (size_t panel = 0; panel < filters; panel += ck_panel, packed_d += panel_size) {
        const size_t width = filters - panel < ck_panel ? filters - panel : ck_panel;
        copy_panel(d_out + panel, d_out_stride, positions, width, middle);
        for (size_t tap = 0, several; tap < taps; tap += several) {
            several = part(taps - tap, CK_ROWS < 1 + base_margin / dilation ? CK_ROWS : 1 + base_margin / dilation);
            const size_t first = tap * dilation, last = first + positions + (several - 1) * dilation;
            for (size_t letter = 0; letter < 4; letter++) {
                const base_occurrences *at = &letters[letter];
                const size_t from = at->before[first], to = at->before[last];
                for (size_t column = 0; column < ck_panel; column += columns)
                    base_gradient_taps(
                        (int)several, at->row + from, at->share + from, to - from,
                        middle - (ptrdiff_t)(first * ck_panel) + column, dilation * ck_panel,
                        packed_d + (tap * 4 + letter) * ck_panel + column);
            }
        }
    }
}

static void base_convolution_gradient(
    const uint8_t *codes, size_t stride, size_t dilation, const float *d_out, ptrdiff_t d_out_stride, float *packed_d,
    size_t positions, size_t taps, size_t filters) {
    // Taps share their letters' occurrences only where neighbouring bases belong to neighbouring positions.
    const size_t most = stride == 1 ? 1 + base_reach / dilation : 1;
    for (size_t tap = 0, several; tap < taps; tap += several) {
        several = part(taps - tap, most);
        for (size_t p = 0, count; p < positions; p += count) {
            count = part(positions - p, base_chunk);
            base_gradient_chunk(
                codes + p * stride + tap * dilation, stride, dilation, d_out + (ptrdiff_t)p * d_out_stride,
                d_out_stride, packed_d + tap * 4 * ck_panel, taps * 4 * ck_panel, count, several, filters);
        }
    }
}
