import CMicroHTTPD
import Commands
import Foundation
import Synchronization

/// A small HTTP server: `GET /metrics`, `/health`, `/ready`, and the routes a service adds.
///
/// One thread serves all connections, so a slow client holds up nobody. From ``start()`` to ``stop()`` the server keeps
/// itself alive.
public final class HTTPServer: Sendable {
    /// What bounds the clients.
    public struct Limits: Sendable {
        /// Connections at once; more wait in the kernel.
        public var connections: Int
        /// Connections at once from one address; more are closed.
        public var connectionsPerAddress: Int
        /// How long a connection may be silent, in seconds.
        public var idleSeconds: Int
        /// The request line and headers; more is answered 431, or 414 for the request line.
        public var headerBytes: Int
        /// The body; more is answered 413.
        public var bodyBytes: Int

        /// Makes limits that suit metrics, health and a dashboard.
        public init(
            connections: Int = 256, connectionsPerAddress: Int = 128, idleSeconds: Int = 10,
            headerBytes: Int = 32 << 10, bodyBytes: Int = 1 << 20
        ) {
            self.connections = connections
            self.connectionsPerAddress = connectionsPerAddress
            self.idleSeconds = idleSeconds
            self.headerBytes = headerBytes
            self.bodyBytes = bodyBytes
        }
    }

    // A pointer of libmicrohttpd's. `@unchecked Sendable`: it is used under `state`'s lock, or on the server's thread
    // for the length of a call, and what is called is safe from any thread (libmicrohttpd manual, section 1.4).
    private struct Handle: @unchecked Sendable {
        let raw: OpaquePointer
    }

    /// A request whose connection waits for its task.
    private struct Waiting {
        let exchange: HTTPExchange
        let connection: Handle
        let task: Task<Void, Never>
    }

    private struct State {
        var routes: [HTTPRoute]
        var daemon: Handle?
        var port: Int
        var isStopping = false
        var waiting: [ObjectIdentifier: Waiting] = [:]
    }

    private let address: String
    private let limits: Limits
    private let logger: Logger?
    private let state: Mutex<State>

    /// Makes a server that listens on `port` of `address` once started; port 0 is any free one.
    public init(
        address: String = "127.0.0.1", port: Int = 0, metrics: MetricsRegistry = MetricsRegistry(),
        health: Health = Health(), limits: Limits = Limits(), logger: Logger? = nil
    ) {
        self.address = address
        self.limits = limits
        self.logger = logger
        func get(_ path: String, _ respond: @escaping @Sendable (HTTPRequest) -> HTTPResponse) -> HTTPRoute {
            HTTPRoute(pattern: path, methods: ["GET", "HEAD"], handler: .immediate(respond))
        }
        let routes = [
            get("/metrics") { _ in .text(metrics.render(), type: "text/plain; version=0.0.4; charset=utf-8") },
            get("/health") { _ in health.healthResponse },
            get("/ready") { _ in health.readyResponse },
        ]
        state = Mutex(State(routes: routes, port: port))
    }

    /// The port it listens on; before ``start()`` the one it was made with.
    public var port: Int { state.withLock(\.port) }

    /// Adds a route: a path, or `/reports/*` for all below it; of several that match, the longest answers.
    ///
    /// `respond` runs in a task of its own, which is cancelled when the server stops. What it throws is logged and
    /// answered 500. `GET` includes `HEAD`.
    public func route(
        _ path: String, methods: Set<String> = ["GET"],
        _ respond: @escaping @Sendable (HTTPRequest) async throws -> HTTPResponse
    ) {
        precondition(path.hasPrefix("/"), "the route \(path) does not start with /")
        let methods = methods.contains("GET") ? methods.union(["HEAD"]) : methods
        state.withLock {
            $0.routes.append(HTTPRoute(pattern: path, methods: methods, handler: .task(respond)))
            $0.routes.sort { $0.pattern.utf8.count > $1.pattern.utf8.count }
        }
    }

    /// Listens; throws a `StartError` when the address cannot be had.
    public func start() throws {
        let listener = try HTTPListener(address: address, port: port)
        let context = Unmanaged.passRetained(self)
        let bounds = helicase_mhd_limits(
            connections: UInt32(limits.connections), connections_per_address: UInt32(limits.connectionsPerAddress),
            idle_seconds: UInt32(limits.idleSeconds), header_bytes: limits.headerBytes)
        guard
            let daemon = helicase_mhd_start(
                listener.descriptor, handleRequest, completeRequest, context.toOpaque(), bounds)
        else {
            close(listener.descriptor)
            context.release()
            throw StartError(.http, "cannot start the HTTP server: \(String(cString: strerror(errno)))")
        }
        let handle = Handle(raw: daemon)
        state.withLock { state in
            precondition(state.daemon == nil, "the server is started twice")
            state.daemon = handle
            state.isStopping = false
            state.port = listener.port
        }
    }

    /// Stops listening, answers what still waits with 503, and returns when the server's thread has ended.
    public func stop() {
        let daemon = state.withLock { state -> Handle? in
            state.isStopping = true
            for waiting in state.waiting.values {
                waiting.task.cancel()
                waiting.exchange.state.withLock { $0.response = .text("stopping\n", status: 503) }
                MHD_resume_connection(waiting.connection.raw)
            }
            state.waiting = [:]
            defer { state.daemon = nil }
            return state.daemon
        }
        guard let daemon else { return }
        MHD_stop_daemon(daemon.raw)
        // Balances `passRetained` in `start()`: the thread that used it has ended.
        Unmanaged.passUnretained(self).release()
    }

    /// The first look at a request, when its headers are known.
    fileprivate func open(_ connection: OpaquePointer, method: String, path: String) -> HTTPExchange {
        guard let route = state.withLock({ $0.routes.first { $0.matches(path) } }) else {
            return HTTPExchange(route: nil, response: .text("there is nothing at this path\n", status: 404))
        }
        guard route.methods.contains(method) else {
            var refusal = HTTPResponse.text("the method is not allowed here\n", status: 405)
            refusal.headers["Allow"] = route.methods.sorted().joined(separator: ", ")
            return HTTPExchange(route: nil, response: refusal)
        }
        let length = MHD_lookup_connection_value(connection, .HEADER_KIND, "Content-Length")
        if let length, Int(String(cString: length)).map({ $0 > limits.bodyBytes }) ?? true {
            return HTTPExchange(route: nil, response: tooLarge)
        }
        return HTTPExchange(route: route)
    }

    /// A part of the body.
    fileprivate func receive(_ bytes: UnsafeRawBufferPointer, for exchange: HTTPExchange) {
        exchange.state.withLock { state in
            if state.isTooLarge || state.body.count + bytes.count > limits.bodyBytes {
                state.isTooLarge = true
                state.body = []
            } else {
                state.body.append(contentsOf: bytes)
            }
        }
    }

    /// The whole request is here: answers it, or suspends the connection until its task has the answer.
    fileprivate func respond(
        to exchange: HTTPExchange, on connection: OpaquePointer, method: String, path: String
    ) -> MHD_Result {
        let (response, body) = exchange.state.withLock { ($0.isTooLarge ? tooLarge : $0.response, $0.body) }
        if let response { return response.queue(on: connection) }
        guard let route = exchange.route else { return .NO }
        let request = HTTPRequest(connection, method: method, path: path, body: body)
        switch route.handler {
        case .immediate(let respond):
            return respond(request).queue(on: connection)
        case .task(let respond):
            let handle = Handle(raw: connection)
            let isSuspended = state.withLock { state in
                if state.isStopping { return false }
                MHD_suspend_connection(handle.raw)
                let task = Task { finish(exchange, with: await answer(request, respond)) }
                state.waiting[ObjectIdentifier(exchange)] = Waiting(
                    exchange: exchange, connection: handle, task: task)
                return true
            }
            return isSuspended ? .YES : HTTPResponse.text("stopping\n", status: 503).queue(on: connection)
        }
    }

    private func answer(
        _ request: HTTPRequest, _ respond: @Sendable (HTTPRequest) async throws -> HTTPResponse
    ) async -> HTTPResponse {
        do {
            return try await respond(request)
        } catch {
            logger?.error("request failed", ["http.path": .string(request.path)], error: error)
            return .text("the request failed; the service's log says why\n", status: 500)
        }
    }

    /// Resumes a connection exactly once: whoever takes it out of `waiting`, here or in `stop()`, does so under the lock,
    /// so that libmicrohttpd never stops with a suspended connection, which it would abort for.
    private func finish(_ exchange: HTTPExchange, with response: HTTPResponse) {
        state.withLock { state in
            guard let waiting = state.waiting.removeValue(forKey: ObjectIdentifier(exchange)) else { return }
            exchange.state.withLock { $0.response = response }
            MHD_resume_connection(waiting.connection.raw)
        }
    }

    private var tooLarge: HTTPResponse { .text("the body is larger than \(limits.bodyBytes) bytes\n", status: 413) }
}

/// Called on the server's thread when the headers are here, for each part of the body, at its end, and after a resume.
private func handleRequest(
    _ context: UnsafeMutableRawPointer?, _ connection: OpaquePointer?, _ url: UnsafePointer<CChar>?,
    _ method: UnsafePointer<CChar>?, _ version: UnsafePointer<CChar>?, _ upload: UnsafePointer<CChar>?,
    _ uploadCount: UnsafeMutablePointer<Int>?, _ slot: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> MHD_Result {
    guard let context, let connection, let url, let method, let uploadCount, let slot else { return .NO }
    let server = Unmanaged<HTTPServer>.fromOpaque(context).takeUnretainedValue()
    let path = String(cString: url)
    let verb = String(cString: method)
    guard let known = slot.pointee else {
        let exchange = server.open(connection, method: verb, path: path)
        // Released in `completeRequest`, which libmicrohttpd calls once for every request whose slot was set.
        slot.pointee = Unmanaged.passRetained(exchange).toOpaque()
        // A refusal need not wait for the body.
        return exchange.state.withLock(\.response)?.queue(on: connection) ?? .YES
    }
    let exchange = Unmanaged<HTTPExchange>.fromOpaque(known).takeUnretainedValue()
    if uploadCount.pointee > 0 {
        server.receive(UnsafeRawBufferPointer(start: upload, count: uploadCount.pointee), for: exchange)
        uploadCount.pointee = 0
        return .YES
    }
    return server.respond(to: exchange, on: connection, method: verb, path: path)
}

private func completeRequest(
    _ context: UnsafeMutableRawPointer?, _ connection: OpaquePointer?,
    _ slot: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, _ reason: MHD_RequestTerminationCode
) {
    guard let exchange = slot?.pointee else { return }
    Unmanaged<HTTPExchange>.fromOpaque(exchange).release()
    slot?.pointee = nil
}
