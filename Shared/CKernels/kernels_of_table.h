// The kernels of one instruction set. The including file sets the target and defines:
//   CK_TABLE    name of the table
//   CK_LANES    floats a vector
//   CK_ROWS     rows of the register tile (at most 12)
//   CK_VECTORS  vectors of columns in it; CK_LANES * CK_VECTORS divides ck_panel
//
// Elementwise functions are plain C on one element: the compiler vectorizes the loops around them and changes no bit.

// A build without optimization makes no vectors, and that is no error.
#pragma clang diagnostic ignored "-Wpass-failed"

#define CK_INLINE static inline __attribute__((always_inline))
#define CK_FMA __builtin_elementwise_fma

enum {
    // Columns of the register tile.
    columns = CK_LANES * CK_VECTORS,
    // A sum over a row runs in so many interleaved partial sums whatever the vector width.
    sums = 16
};

#include "vectors.h"
#include "product.h"
#include "product_gradient.h"
#include "base_convolution.h"
#include "elementwise.h"
#include "row_sums.h"
#include "softmax.h"
#include "recurrent.h"
#include "normalization.h"
#include "pooling.h"
#include "training.h"

const ck_kernels CK_TABLE = {
    .product = product,
    .product_add = product_add,
    .product_gradient = product_gradient,
    .base_convolution = base_convolution,
    .base_convolution_gradient = base_convolution_gradient,
    .exp = exp_map,
    .relu = relu_map,
    .tanh = tanh_map,
    .sigmoid = sigmoid_map,
    .gelu = gelu_map,
    .selu = selu_map,
    .relu_backward = relu_map_backward,
    .tanh_backward = tanh_map_backward,
    .sigmoid_backward = sigmoid_map_backward,
    .gelu_backward = gelu_map_backward,
    .selu_backward = selu_map_backward,
    .softmax = softmax,
    .softmax_backward = softmax_backward,
    .gru_step = gru_step,
    .gru_step_backward = gru_step_backward,
    .lstm_step = lstm_step,
    .lstm_step_backward = lstm_step_backward,
    .layer_norm = layer_norm,
    .layer_norm_backward = layer_norm_backward,
    .column_moments = column_moments,
    .scale_columns = scale_columns,
    .batch_norm_sums = batch_norm_sums,
    .batch_norm_backward = batch_norm_backward,
    .max_pool = max_pool,
    .max_pool_backward = max_pool_backward,
    .greatest_of_rows = greatest_of_rows,
    .sum_of_rows = sum_of_rows,
    .add_rows = add_rows,
    .adam_step = adam_step,
    .sgd_step = sgd_step,
    .lerp = lerp,
    .square_sum = square_sum,
};
