// The tables that `ck_kernels_for` chooses from.
#pragma once
#include "ckernels.h"

extern const ck_kernels ck_table_scalar, ck_table_avx2, ck_table_avx512;
