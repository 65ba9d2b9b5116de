// minimap2, the read mapper (Debian: libminimap2-dev; a static library without a pkg-config file).
#pragma once
#include <minimap.h>
