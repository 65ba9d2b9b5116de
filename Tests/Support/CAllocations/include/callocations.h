// Counts what a program allocates: linking this target puts a counter before malloc, calloc, realloc and the aligned ones.
#pragma once
#include <stdint.h>

/// Allocations of the calling thread so far.
uint64_t ca_thread_allocations(void);
/// Allocations of all threads so far.
uint64_t ca_process_allocations(void);
