#include "tables.h"
#include <string.h>

#define CK_TABLE ck_table_scalar
#define CK_LANES 1
#define CK_ROWS 4
#define CK_VECTORS 4
#include "kernels_of_table.h"
