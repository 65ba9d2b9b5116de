// The suite's own numeric kernels: pure functions on pointers and counts.
#pragma once
#include <stddef.h>
