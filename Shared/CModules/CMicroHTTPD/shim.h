// GNU libmicrohttpd, the HTTP server (Debian: libmicrohttpd-dev). Its start call is variadic, so it gets a shim here.
#pragma once
#include <microhttpd.h>

/// What bounds a client.
struct helicase_mhd_limits {
    unsigned int connections;
    unsigned int connections_per_address;
    unsigned int idle_seconds;
    size_t header_bytes;
};

/// One polling thread over epoll, whose connections can be suspended. The daemon owns `listener` once it has started; NULL means it has not.
static inline struct MHD_Daemon *helicase_mhd_start(
    int listener, MHD_AccessHandlerCallback handle, MHD_RequestCompletedCallback completed, void *context,
    struct helicase_mhd_limits limits) {
    return MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, handle, context,
        MHD_OPTION_LISTEN_SOCKET, listener,
        MHD_OPTION_NOTIFY_COMPLETED, completed, context,
        MHD_OPTION_CONNECTION_LIMIT, limits.connections,
        MHD_OPTION_PER_IP_CONNECTION_LIMIT, limits.connections_per_address,
        MHD_OPTION_CONNECTION_TIMEOUT, limits.idle_seconds,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, limits.header_bytes,
        MHD_OPTION_END);
}
