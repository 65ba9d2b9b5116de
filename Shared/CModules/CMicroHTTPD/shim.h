// GNU libmicrohttpd, the HTTP server (Debian: libmicrohttpd-dev).
#pragma once
#include <microhttpd.h>
