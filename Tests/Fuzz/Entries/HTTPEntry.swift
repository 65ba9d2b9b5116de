import Foundation
import Observability

extension FuzzEntry {
    /// What a client sends to the HTTP server at once; another client is answered afterwards.
    static let http = FuzzEntry("http", longest: 512) { input in
        let server = FuzzedServer.shared
        let client = try server.client()
        defer { close(client) }
        _ = send(client, input, input.count, Int32(MSG_NOSIGNAL))
        // One thread serves all, so when this is answered the input has been read.
        let probe = try server.client()
        defer { close(probe) }
        _ = send(probe, FuzzedServer.probe, FuzzedServer.probe.count, Int32(MSG_NOSIGNAL))
        var answer = [UInt8](repeating: 0, count: 4096)
        let count = recv(probe, &answer, answer.count, 0)
        try FuzzFinding.unless(
            count > 0 && answer.starts(with: Array("HTTP/1.1 200".utf8)), "the server answers nobody any more")
        let own = recv(client, &answer, answer.count, Int32(MSG_DONTWAIT))
        // A request that goes on may have no answer yet; an answer is HTTP.
        try FuzzFinding.unless(own <= 0 || answer.starts(with: Array("HTTP/1.".utf8)), "an answer that is not HTTP")
    }
}

/// A server as every service has it, with a route that uses all of a request.
private final class FuzzedServer: Sendable {
    static let shared = FuzzedServer()
    static let probe = Array("GET /health HTTP/1.1\r\nHost: fuzz\r\nConnection: close\r\n\r\n".utf8)

    private let server = HTTPServer(
        limits: HTTPServer.Limits(
            connections: 1024, connectionsPerAddress: 1024, idleSeconds: 5, headerBytes: 8 << 10, bodyBytes: 128))
    private let port: Int

    private init() {
        server.route("/reports/*", methods: ["GET", "POST"]) { request in
            .text("\(request.method) \(request.path) \(request.query) \(request.headers) \(request.body.count)\n")
        }
        do {
            try server.start()
        } catch {
            preconditionFailure("\(error)")
        }
        port = server.port
    }

    func client() throws(FuzzFinding) -> Int32 {
        let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        // Nothing waits for ports to become free again.
        var atOnce = linger(l_onoff: 1, l_linger: 0)
        setsockopt(client, SOL_SOCKET, SO_LINGER, &atOnce, socklen_t(MemoryLayout<linger>.size))
        var patience = timeval(tv_sec: 15, tv_usec: 0)
        setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(client, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isConnected else {
            let reason = String(cString: strerror(errno))
            close(client)
            throw FuzzFinding("the server does not accept: \(reason)")
        }
        return client
    }
}
