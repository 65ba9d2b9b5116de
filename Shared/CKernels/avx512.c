#include "tables.h"
#include <string.h>

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512vl,avx512bw,avx512dq,fma"))), apply_to = function)
#define CK_TABLE ck_table_avx512
#define CK_LANES 16
#define CK_ROWS 12
#define CK_VECTORS 2
#include "kernels_of_table.h"
#pragma clang attribute pop
#endif
