// minimap2, the read mapper (Debian: libminimap2-dev; a static library without a pkg-config file).
#pragma once
#include <minimap.h>

// Its global verbosity is no business of our threads: only errors, and they come back as values.
static inline void mm_silence(void) { mm_verbose = 0; }
