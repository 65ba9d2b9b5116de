// libpq, the PostgreSQL client (Debian: libpq-dev).
#pragma once
#include <libpq-fe.h>
