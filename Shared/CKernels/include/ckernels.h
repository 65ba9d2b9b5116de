// The suite's own numeric kernels: pure functions on pointers and counts.
//
// One table a vector instruction set, all three compiled from `kernels_of_table.h`. For finite inputs every table gives
// the same bytes: each result is one chain of IEEE operations (fused multiply-adds are explicit, nothing is
// contracted or reassociated), and vectors only run independent chains side by side.
#pragma once
#include <stddef.h>

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

    ck_map exp, relu, tanh, sigmoid, gelu;
    ck_map_backward relu_backward, tanh_backward, sigmoid_backward, gelu_backward;

    /// One step of a gated recurrent unit for `rows` sequences, gates in PyTorch's order r, z, n.
    /// `input_gates` and `state_gates` are [rows][3·hidden], biases included. `kept` (nullable) receives r, z, n and
    /// the state's part of n: [rows][4·hidden].
    void (*gru_step)(
        const float *input_gates, ptrdiff_t input_gates_stride, const float *state_gates, const float *state,
        ptrdiff_t state_stride, float *next, ptrdiff_t next_stride, float *_Nullable kept, ptrdiff_t kept_stride,
        size_t rows, size_t hidden);
    /// Backward of `gru_step`. In: d_state = dL/dnext from later steps, to which d_next is added first.
    /// Out: the gates' gradients, and d_state = the direct path to the state before (without the product's).
    void (*gru_step_backward)(
        const float *kept, ptrdiff_t kept_stride, const float *state, ptrdiff_t state_stride, const float *d_next,
        ptrdiff_t d_next_stride, float *d_state, float *d_input_gates, float *d_state_gates, ptrdiff_t d_gates_stride,
        size_t rows, size_t hidden);

    /// y = (x - mean) / sqrt(variance + epsilon) · weight + bias for each row of `width`.
    /// `kept` (nullable) receives mean and 1 / sqrt(…): [rows][2].
    void (*layer_norm)(
        const float *x, const float *weight, const float *bias, float epsilon, float *y, float *_Nullable kept,
        size_t rows, size_t width);
    /// Backward of `layer_norm`; `d_weight` and `d_bias` accumulate.
    void (*layer_norm_backward)(
        const float *x, const float *weight, const float *kept, const float *dy, float *dx, float *d_weight,
        float *d_bias, size_t rows, size_t width);

    /// out[j] += Σ_i x[i][j], in the order of i.
    void (*add_rows)(const float *x, float *out, size_t rows, size_t width);
    /// PyTorch's AdamW: `step_size` = rate / (1 - β₁ᵗ), `correction` = sqrt(1 - β₂ᵗ), `decay` = 1 - rate · decay.
    /// Gradients are multiplied by `scale` first.
    void (*adam_step)(
        float *parameters, const float *gradients, float *m, float *v, float scale, float beta1, float beta2,
        float epsilon, float step_size, float correction, float decay, size_t count);
} ck_kernels;

/// The table of one instruction set, or null where this processor lacks it.
const ck_kernels *_Nullable ck_kernels_for(ck_simd simd);
/// The widest instruction set of this processor.
ck_simd ck_best_simd(void);

/// Floats that `ck_pack` writes.
size_t ck_packed_count(size_t k, size_t n);
/// Packs b[k][n], at b[k · k_stride + n · n_stride], into panels of `ck_panel` columns.
void ck_pack(const float *b, ptrdiff_t k_stride, ptrdiff_t n_stride, size_t k, size_t n, float *packed);

#pragma clang assume_nonnull end
