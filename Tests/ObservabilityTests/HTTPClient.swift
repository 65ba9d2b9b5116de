import Foundation

/// A client that sends exactly the bytes it is given; it blocks threads of its own, never Swift's.
struct HTTPClient {
    let port: Int

    /// Sends `bytes`, closes the sending half unless told otherwise, and returns all that comes until the server closes.
    func exchange(_ text: String) async -> String {
        await onThread {
            guard let descriptor = connect() else { return "no connection" }
            defer { close(descriptor) }
            send(text, descriptor)
            return receive(descriptor)
        }
    }

    /// A plain request on a connection of its own.
    func request(_ method: String, _ path: String, body: String? = nil) async -> String {
        let length = body.map { "Content-Length: \($0.utf8.count)\r\n" } ?? ""
        return await exchange(
            "\(method) \(path) HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\(length)\r\n\(body ?? "")")
    }

    /// An open connection with `text` sent.
    func begin(_ text: String) -> Int32? {
        guard let descriptor = connect() else { return nil }
        send(text, descriptor)
        return descriptor
    }

    private func connect() -> Int32? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var patience = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Foundation.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        if status == 0 { return descriptor }
        close(descriptor)
        return nil
    }

    private func send(_ text: String, _ descriptor: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count <= 0 { return }
            rest = rest.dropFirst(count)
        }
    }

    private func receive(_ descriptor: Int32) -> String {
        var result: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count <= 0 { return String(decoding: result, as: UTF8.self) }
            result += buffer.prefix(count)
        }
    }

    private func onThread(_ body: @escaping @Sendable () -> String) async -> String {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: body()) }
        }
    }
}
