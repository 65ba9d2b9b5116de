#include "tables.h"
#include <string.h>

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define CK_TABLE ck_table_avx2
#define CK_LANES 8
#define CK_ROWS 6
#define CK_VECTORS 2
#include "kernels_of_table.h"
#pragma clang attribute pop
#endif
