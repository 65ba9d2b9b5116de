// libpq, the PostgreSQL client (Debian: libpq-dev).
#pragma once
#include <libpq-fe.h>
#include <poll.h>
#include <signal.h>
#include <time.h>

// The default processor prints the server's notices on stderr; a service's log is not libpq's to write.
static inline void helicase_ignore_notice(void *context, const char *message) {
    (void)context;
    (void)message;
}

static inline void helicase_silence_notices(PGconn *connection) {
    PQsetNoticeProcessor(connection, helicase_ignore_notice, 0);
}

// glibc declares it for _GNU_SOURCE only, which a module cannot define for its importer.
extern int ppoll(struct pollfd *sockets, nfds_t count, const struct timespec *time, const sigset_t *signals);

// Waits for one socket for less than poll's millisecond.
static inline int helicase_poll(struct pollfd *socket, long nanoseconds) {
    struct timespec time = {0, nanoseconds};
    return ppoll(socket, 1, &time, 0);
}
