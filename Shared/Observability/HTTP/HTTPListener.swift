import Commands
import Foundation

/// A listening TCP socket, made here rather than by libmicrohttpd so that a failure has its reason.
struct HTTPListener {
    let descriptor: Int32
    let port: Int

    init(address: String, port: Int) throws(StartError) {
        var hints = addrinfo()
        hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(address, String(port), &hints, &found)
        guard status == 0, let info = found?.pointee else {
            throw Self.failure(address, port, String(cString: gai_strerror(status)))
        }
        defer { freeaddrinfo(found) }

        let descriptor = socket(
            info.ai_family, info.ai_socktype | Int32(SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), info.ai_protocol)
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        guard descriptor >= 0, bind(descriptor, info.ai_addr, info.ai_addrlen) == 0, listen(descriptor, SOMAXCONN) == 0
        else {
            let reason = String(cString: strerror(errno))
            if descriptor >= 0 { close(descriptor) }
            throw Self.failure(address, port, reason)
        }
        self.descriptor = descriptor
        self.port = Self.boundPort(descriptor)
    }

    private static func failure(_ address: String, _ port: Int, _ reason: String) -> StartError {
        StartError(
            .http,
            "cannot listen on \(address), port \(port): \(reason); choose with --http-address and --http-port, 0 is any free port"
        )
    }

    private static func boundPort(_ descriptor: Int32) -> Int {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutablePointer(to: &storage) { storage in
            storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = getsockname(descriptor, $0, &length) }
            // The port is in the same place in `sockaddr_in` and `sockaddr_in6`.
            return storage.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                Int(UInt16(bigEndian: $0.pointee.sin_port))
            }
        }
    }
}
