// libpq, the PostgreSQL client (Debian: libpq-dev).
#pragma once
#include <libpq-fe.h>

// The default processor prints the server's notices on stderr; a service's log is not libpq's to write.
static inline void helicase_ignore_notice(void *context, const char *message) {
    (void)context;
    (void)message;
}

static inline void helicase_silence_notices(PGconn *connection) {
    PQsetNoticeProcessor(connection, helicase_ignore_notice, 0);
}
