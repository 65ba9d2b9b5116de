// libsodium: SHA-2, signatures, sealed boxes (Debian: libsodium-dev).
#pragma once
#include <sodium.h>
