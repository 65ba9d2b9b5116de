import CMicroHTTPD
import Synchronization

/// One request of one connection, from its first header to its last byte sent.
///
/// libmicrohttpd holds a reference between its calls for the request; see `completeRequest`.
final class HTTPExchange: Sendable {
    struct State {
        var body: [UInt8] = []
        var isTooLarge = false
        var response: HTTPResponse?
    }

    let route: HTTPRoute?
    let state: Mutex<State>

    init(route: HTTPRoute?, response: HTTPResponse? = nil) {
        self.route = route
        state = Mutex(State(response: response))
    }
}

/// What answers a path.
struct HTTPRoute: Sendable {
    enum Handler: Sendable {
        /// Quick, on the server's thread: it answers even while Swift's thread pool is stuck.
        case immediate(@Sendable (HTTPRequest) -> HTTPResponse)
        /// In a task, with the connection suspended meanwhile.
        case task(@Sendable (HTTPRequest) async throws -> HTTPResponse)
    }

    /// `/metrics`, or `/reports/*` for all paths below `/reports/`.
    let pattern: String
    let methods: Set<String>
    let handler: Handler

    func matches(_ path: String) -> Bool {
        pattern.hasSuffix("/*") ? path.hasPrefix(pattern.dropLast()) : path == pattern
    }
}

extension HTTPRequest {
    /// Reads what libmicrohttpd has parsed, on its thread.
    init(_ connection: OpaquePointer, method: String, path: String, body: [UInt8]) {
        self.init(
            method: method, path: path, query: values(of: connection, .GET_ARGUMENT_KIND),
            headers: values(of: connection, .HEADER_KIND), body: body)
    }
}

extension HTTPResponse {
    /// Hands the response to libmicrohttpd, which copies it, on its thread.
    func queue(on connection: OpaquePointer) -> MHD_Result {
        let response = body.withUnsafeBytes { bytes in
            MHD_create_response_from_buffer(
                bytes.count, UnsafeMutableRawPointer(mutating: bytes.baseAddress), .RESPMEM_MUST_COPY)
        }
        guard let response else { return .NO }
        defer { MHD_destroy_response(response) }
        // A header that libmicrohttpd refuses, for a line feed in it, is left out.
        for (name, value) in headers { _ = MHD_add_response_header(response, name, value) }
        return MHD_queue_response(connection, UInt32(clamping: status), response)
    }
}

private func values(of connection: OpaquePointer, _ kind: MHD_ValueKind) -> [String: String] {
    var result: [String: String] = [:]
    withUnsafeMutablePointer(to: &result) { _ = MHD_get_connection_values(connection, kind, collect, $0) }
    return kind == .HEADER_KIND ? Dictionary(result.map { ($0.lowercased(), $1) }) { $1 } : result
}

private func collect(
    _ context: UnsafeMutableRawPointer?, _ kind: MHD_ValueKind, _ name: UnsafePointer<CChar>?,
    _ value: UnsafePointer<CChar>?
) -> MHD_Result {
    guard let context, let name else { return .NO }
    context.assumingMemoryBound(to: [String: String].self).pointee[String(cString: name)] =
        value.map { String(cString: $0) } ?? ""
    return .YES
}
