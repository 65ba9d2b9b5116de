// The suite's own numeric kernels: pure functions on pointers and counts.
//
// One table a vector instruction set, all three compiled from `kernels_of_table.h`. For finite inputs every table gives
// the same bytes: each result is one chain of IEEE operations (fused multiply-adds are explicit, nothing is
// contracted or reassociated), and vectors only run independent chains side by side.
#pragma once
#include "alignment.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

typedef enum { ck_scalar, ck_avx2, ck_avx512 } ck_simd;

enum {
    /// Columns of a packed panel; the last panel is filled up with zeros.
    ck_panel = 32
};

/// Elementwise: y[i] = f(x[i]); `y` may be `x`.
typedef void (*ck_map)(const float *x, float *y, size_t count);
/// Elementwise: dx[i] = dy[i] * f'(x[i]), given x and y = f(x); `dx` may be `dy`.
typedef void (*ck_map_backward)(const float *x, const float *y, const float *dy, float *dx, size_t count);

typedef struct {
    /// out[m][n] = bias[n] (or 0) + Σ_k a[m][k] · b[k][n], one fused multiply-add a step, in the order of k.
    /// Strides are in floats. Windows of `a` may overlap, so a convolution is a product with a short row stride.
    void (*product)(
        const float *a, ptrdiff_t a_stride, const float *packed_b, const float *_Nullable bias, float *out,
        ptrdiff_t out_stride, size_t m, size_t k, size_t n);
    /// The same, with each chain beginning at what `out` holds.
    void (*product_add)(
        const float *a, ptrdiff_t a_stride, const float *packed_b, float *out, ptrdiff_t out_stride, size_t m,
        size_t k, size_t n);
    /// A weight's gradient, in panels as the weight: d[k][n] = (d[k][n] if `add`) + Σ_m a[m][k] · b[m][n], one fused
    /// multiply-add a step, in the order of m. Unused columns of the last panel become 0. Rows of `a` may overlap.
    void (*product_gradient)(
        const float *a, ptrdiff_t a_stride, const float *b, ptrdiff_t b_stride, float *packed_d, size_t m, size_t k,
        size_t n, bool add);

    /// Convolution over one sequence of bases, each the set of its possible letters as htslib's 4-bit code (A 1, C 2,
    /// G 4, T 8, N 15; 0 is padding): out[p][f] = bias[f] + Σ_tap mean over the letters l of
    /// code[p·stride + tap·dilation] of w[tap·4 + l][f], in the order of taps. `codes` begins with the padding. For
    /// unambiguous codes these are the bytes of `product` on one-hot rows.
    void (*base_convolution)(
        const uint8_t *codes, size_t stride, size_t dilation, const float *packed, const float *_Nullable bias,
        float *out, ptrdiff_t out_stride, size_t positions, size_t taps, size_t filters);
    /// Adds the gradient of the weight, in panels: d[tap·4 + l][f] += Σ_p share · d_out[p][f], one fused multiply-add a
    /// position that has letter l at the tap, in the order of positions.
    void (*base_convolution_gradient)(
        const uint8_t *codes, size_t stride, size_t dilation, const float *d_out, ptrdiff_t d_out_stride,
        float *packed_d, size_t positions, size_t taps, size_t filters);

    ck_map exp, relu, tanh, sigmoid, gelu, selu;
    ck_map_backward relu_backward, tanh_backward, sigmoid_backward, gelu_backward, selu_backward;

    /// Each row's exp(x - max) / Σ; `y` may be `x`. Here as in `layer_norm`, a sum over a row is of sixteen interleaved
    /// partial sums.
    void (*softmax)(const float *x, float *y, size_t rows, size_t width);
    /// dx = y · (dy - Σ y·dy) for each row; `dx` may be `dy`.
    void (*softmax_backward)(const float *y, const float *dy, float *dx, size_t rows, size_t width);

    /// One step of a gated recurrent unit for `rows` sequences, gates in PyTorch's order r, z, n.
    /// `input_gates` and `state_gates` are [rows][3·hidden], biases included; `state` is the state before
    /// (null: 0). `kept` (nullable) receives r, z, n and the state's part of n: [rows][4·hidden].
    void (*gru_step)(
        const float *input_gates, ptrdiff_t input_gates_stride, const float *state_gates,
        const float *_Nullable state, ptrdiff_t state_stride, float *next, ptrdiff_t next_stride,
        float *_Nullable kept, ptrdiff_t kept_stride, size_t rows, size_t hidden);
    /// Backward of `gru_step`. In: d_state = dL/dnext from later steps, to which d_next is added first.
    /// Out: `kept` becomes the gradients of the input gates and, in its fourth part, of the state's part of n;
    /// d_state_gates are those of the state gates, and d_state is the direct path to the state before (without the
    /// product's).
    void (*gru_step_backward)(
        float *kept, ptrdiff_t kept_stride, const float *_Nullable state, ptrdiff_t state_stride,
        const float *d_next, ptrdiff_t d_next_stride, float *d_state, float *d_state_gates,
        ptrdiff_t d_state_gates_stride, size_t rows, size_t hidden);

    /// One step of a long short-term memory for `rows` sequences, gates in PyTorch's order i, f, g, o.
    /// `gates` [rows][4·hidden] holds their sums, and receives their activations. `cell` is the cell before (null: 0);
    /// `next_cell` may be `cell`.
    void (*lstm_step)(
        float *gates, ptrdiff_t gates_stride, const float *_Nullable cell, ptrdiff_t cell_stride, float *next_cell,
        ptrdiff_t next_cell_stride, float *next, ptrdiff_t next_stride, size_t rows, size_t hidden);
    /// Backward of `lstm_step`. In: the activations, both cells, d_next = dL/dnext, d_state = dL/dnext from later steps
    /// and d_cell = dL/dnext_cell. Out: `gates` becomes the gradient of the sums, d_cell = dL/dcell.
    void (*lstm_step_backward)(
        float *gates, ptrdiff_t gates_stride, const float *_Nullable cell, ptrdiff_t cell_stride,
        const float *next_cell, ptrdiff_t next_cell_stride, const float *d_next, ptrdiff_t d_next_stride,
        const float *d_state, float *d_cell, size_t rows, size_t hidden);

    /// y = (x - mean) / sqrt(variance + epsilon) · weight + bias for each row of `width`.
    /// `kept` (nullable) receives mean and 1 / sqrt(…): [rows][2].
    void (*layer_norm)(
        const float *x, const float *weight, const float *bias, float epsilon, float *y, float *_Nullable kept,
        size_t rows, size_t width);
    /// Backward of `layer_norm`; `d_weight` and `d_bias` accumulate.
    void (*layer_norm_backward)(
        const float *x, const float *weight, const float *kept, const float *dy, float *dx, float *d_weight,
        float *d_bias, size_t rows, size_t width);

    /// Mean and biased variance of each column, over blocks of rows that are joined in their order (Chan, Golub and
    /// LeVeque 1983, in doubles).
    void (*column_moments)(const float *x, size_t rows, size_t width, float *mean, float *variance);
    /// y[i][j] = x[i][j] · scale[j] + shift[j]; `y` may be `x`.
    void (*scale_columns)(
        const float *x, const float *scale, const float *shift, float *y, size_t rows, size_t width);
    /// d_bias[j] += Σ_i dy[i][j], and d_weight[j] += Σ_i dy[i][j] · (x[i][j] - mean[j]) · factor[j].
    void (*batch_norm_sums)(
        const float *x, const float *mean, const float *factor, const float *dy, float *d_weight, float *d_bias,
        size_t rows, size_t width);
    /// dx[i][j] = weight·factor · (dy - d_bias / rows - (x - mean)·factor · d_weight / rows), the sums over these rows;
    /// `dx` may be `dy`.
    void (*batch_norm_backward)(
        const float *x, const float *mean, const float *factor, const float *weight, const float *d_weight,
        const float *d_bias, const float *dy, float *dx, size_t rows, size_t width);

    /// y[p][c] = max over the window of x[p·stride + tap][c], for `positions` windows that lie within x.
    void (*max_pool)(
        const float *x, float *y, size_t positions, size_t kernel, size_t stride, size_t channels);
    /// Adds each dy to dx at the first greatest of its window; `y` as `max_pool` made it.
    void (*max_pool_backward)(
        const float *x, const float *y, const float *dy, float *dx, size_t positions, size_t kernel, size_t stride,
        size_t channels);

    /// out[i] = max(a[i], b[i]); `out` may be either.
    void (*greatest_of_rows)(const float *a, const float *b, float *out, size_t width);
    /// out[i] = a[i] + b[i]; `out` may be either.
    void (*sum_of_rows)(const float *a, const float *b, float *out, size_t width);

    /// out[j] += Σ_i x[i][j], in the order of i.
    void (*add_rows)(const float *x, float *out, size_t rows, size_t width);
    /// PyTorch's Adam: `step_size` = rate / (1 - β₁ᵗ), `correction` = sqrt(1 - β₂ᵗ). Gradients are multiplied by
    /// `scale` first, and get `l2` times the parameters, which AdamW multiplies by `decay` = 1 - rate · its decay
    /// instead.
    void (*adam_step)(
        float *parameters, const float *gradients, float *m, float *v, float scale, float beta1, float beta2,
        float epsilon, float step_size, float correction, float l2, float decay, size_t count);
    /// PyTorch's SGD: g = scale·gradient + decay·p; buffer = momentum·buffer + g (buffer = g in the first step);
    /// p -= rate · (g + momentum·buffer if `nesterov`, else buffer).
    void (*sgd_step)(
        float *parameters, const float *gradients, float *buffer, float scale, float momentum, float rate, float decay,
        bool nesterov, bool first, size_t count);
    /// y[i] += share · (x[i] - y[i]).
    void (*lerp)(const float *x, float *y, float share, size_t count);
    /// Σ x[i]², in doubles, in a fixed order.
    double (*square_sum)(const float *x, size_t count);
} ck_kernels;

/// The table of one instruction set, or null where this processor lacks it.
const ck_kernels *_Nullable ck_kernels_for(ck_simd simd);
/// The widest instruction set of this processor.
ck_simd ck_best_simd(void);

/// Floats that `ck_pack` writes.
size_t ck_packed_count(size_t k, size_t n);
/// Packs b[k][n], at b[k · k_stride + n · n_stride], into panels of `ck_panel` columns.
void ck_pack(const float *b, ptrdiff_t k_stride, ptrdiff_t n_stride, size_t k, size_t n, float *packed);
/// The inverse of `ck_pack`.
void ck_unpack(const float *packed, size_t k, size_t n, float *b, ptrdiff_t k_stride, ptrdiff_t n_stride);
/// Packs the transpose of rows `first ..< first + count` of packed weights b[k][n]: panels of the matrix [n][count].
void ck_pack_transposed(const float *packed, size_t k, size_t n, size_t first, size_t count, float *transposed);
/// Packs the weights of a convolution, b[tap·channels + c][filter], for its gradient by inputs: panels of the matrix
/// [(taps - 1 - tap)·filters + filter][c].
void ck_pack_flipped(const float *packed, size_t taps, size_t channels, size_t filters, float *flipped);

#pragma clang assume_nonnull end
