// libBigWig: bigWig tracks (Debian: libbigwig-dev; no pkg-config file).
#pragma once
// Local files alone: its types have the same layout without curl's header.
#define NOCURL
#include <bigWig.h>
