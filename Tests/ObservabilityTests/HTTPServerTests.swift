import Commands
import Foundation
import FoundationNetworking
import Observability
import Synchronization
import Testing

@Suite("HTTP server")
struct HTTPServerTests {
    private func serving(
        _ server: HTTPServer = HTTPServer(), _ body: (HTTPServer, HTTPClient) async throws -> Void
    ) async throws {
        try server.start()
        defer { server.stop() }
        try await body(server, HTTPClient(port: server.port))
    }

    @Test("metrics, health and readiness answer a common client")
    func standardRoutes() async throws {
        let (metrics, health) = (MetricsRegistry(), Health())
        metrics.counter("n_total", "N.").increment(by: 2)
        try await serving(HTTPServer(metrics: metrics, health: health)) { server, _ in
            func get(_ path: String) async throws -> (status: Int, type: String, body: String) {
                let url = try #require(URL(string: "http://127.0.0.1:\(server.port)\(path)"))
                let (data, response) = try await URLSession.shared.data(from: url)
                let http = try #require(response as? HTTPURLResponse)
                return (
                    http.statusCode, http.value(forHTTPHeaderField: "Content-Type") ?? "",
                    String(decoding: data, as: UTF8.self)
                )
            }
            let text = try await get("/metrics?x=1")
            #expect(text.status == 200)
            #expect(text.type == "text/plain; version=0.0.4; charset=utf-8")
            #expect(text.body == "# HELP n_total N.\n# TYPE n_total counter\nn_total 2\n")

            #expect(try await get("/health").status == 200)
            var ready = try await get("/ready")
            #expect(ready.status == 503)
            #expect(ready.body == "{\"components\":[],\"notReady\":{\"service\":\"starting\"},\"ready\":false}\n")
            health.set("kafka", ready: true)
            health.set("database", ready: false, reason: "no connection")
            ready = try await get("/ready")
            #expect(ready.status == 503)
            #expect(
                ready.body
                    == "{\"components\":[\"database\",\"kafka\"],\"notReady\":{\"database\":\"no connection\"},\"ready\":false}\n"
            )
            health.set("database", ready: true)
            ready = try await get("/ready")
            #expect(ready.status == 200)
            #expect(ready.type == "application/json")
        }
    }

    @Test("an unknown path is 404, a wrong method 405 with what is allowed, HEAD has no body")
    func refusals() async throws {
        try await serving { _, client in
            #expect(await client.request("GET", "/nothing").hasPrefix("HTTP/1.1 404 "))
            let wrong = await client.request("POST", "/metrics", body: "x")
            #expect(wrong.hasPrefix("HTTP/1.1 405 "))
            #expect(wrong.contains("Allow: GET, HEAD\r\n"))
            #expect(await client.request("BREW", "/ready").hasPrefix("HTTP/1.1 405 "))
            let head = await client.request("HEAD", "/health")
            #expect(head.hasPrefix("HTTP/1.1 200 "))
            #expect(head.hasSuffix("\r\n\r\n"))
        }
    }

    @Test("a route sees the request and answers from a task; the longest pattern wins")
    func routes() async throws {
        let server = HTTPServer()
        server.route("/reports/*") { .text("below \($0.path)") }
        server.route("/reports/latest", methods: ["GET", "POST"]) { request in
            await Task.yield()
            let fields = request.query.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            return .text(
                "\(request.method) \(fields) \(request.headers["x-a"] ?? "") \(String(decoding: request.body, as: UTF8.self))"
            )
        }
        server.route("/fails") { _ in throw CancellationError() }
        try await serving(server) { _, client in
            #expect(await client.request("GET", "/reports/a%20b").hasSuffix("below /reports/a b"))
            let post = "POST /reports/latest?b=2&a=%C3%A9 HTTP/1.1\r\nHost: t\r\nX-A: v\r\nConnection: close\r\n"
            #expect(
                await client.exchange(post + "Content-Length: 4\r\n\r\nbody").hasSuffix(
                    "POST [\"a=é\", \"b=2\"] v body"))
            #expect(
                await client.exchange(post + "Transfer-Encoding: chunked\r\n\r\n2\r\nbo\r\n2\r\ndy\r\n0\r\n\r\n")
                    .hasSuffix(
                        " v body"))
            #expect(await client.request("GET", "/fails").hasPrefix("HTTP/1.1 500 "))
        }
    }

    @Test("requests that are too large or not HTTP are refused, and the server goes on")
    func hostile() async throws {
        let server = HTTPServer(limits: .init(idleSeconds: 1, bodyBytes: 1000))
        server.route("/upload", methods: ["POST"]) { .text("\($0.body.count)") }
        try await serving(server) { _, client in
            let start = "HTTP/1.1\r\nHost: t\r\nConnection: close\r\n"
            let header = await client.exchange(
                "GET /health \(start)X: \(String(repeating: "x", count: 1 << 17))\r\n\r\n")
            #expect(header.isEmpty || header.hasPrefix("HTTP/1.1 431 "))
            let url = await client.exchange("GET /\(String(repeating: "x", count: 1 << 17)) \(start)\r\n")
            #expect(url.isEmpty || url.hasPrefix("HTTP/1.1 414 "))
            let many = String(repeating: "A: b\r\n", count: 20_000)
            let headers = await client.exchange("GET /health \(start)\(many)\r\n")
            #expect(headers.isEmpty || headers.hasPrefix("HTTP/1.1 431 "))

            #expect(
                await client.exchange("POST /upload \(start)Content-Length: 99999999999\r\n\r\n").hasPrefix(
                    "HTTP/1.1 413 "))
            let chunk = "400\r\n\(String(repeating: "x", count: 1024))\r\n"
            let chunked = await client.exchange(
                "POST /upload \(start)Transfer-Encoding: chunked\r\n\r\n\(chunk)\(chunk)0\r\n\r\n")
            #expect(chunked.hasPrefix("HTTP/1.1 413 "))
            let most = String(repeating: "x", count: 1000)
            #expect(await client.request("POST", "/upload", body: most).hasSuffix("1000"))

            for garbage in ["\u{16}\u{3}\u{1}\r\n\r\n", "GET\r\n\r\n", "\0\0\0\0\r\n\r\n"] {
                #expect(!(await client.exchange(garbage + "\r\n").hasPrefix("HTTP/1.1 200")))
            }
            #expect(await client.request("GET", "/health").hasPrefix("HTTP/1.1 200 "))
        }
    }

    @Test("fifty clients at once are all answered while slow ones dawdle")
    func parallel() async throws {
        let server = HTTPServer()
        server.route("/work") { request in
            try await Task.sleep(for: .milliseconds(20))
            return .text(request.query["n"] ?? "")
        }
        try await serving(server) { _, client in
            let slow = (0..<20).compactMap { _ in client.begin("GET /health HTTP/1.1\r\nHo") }
            #expect(slow.count == 20)
            defer { for descriptor in slow { close(descriptor) } }
            let answers = await withTaskGroup { group in
                for n in 0..<50 { group.addTask { await client.request("GET", "/work?n=\(n)") } }
                return await group.reduce(into: Set<Substring>()) { $0.insert($1.suffix(3)) }
            }
            #expect(answers.count == 50)
            #expect(await client.request("GET", "/metrics").hasPrefix("HTTP/1.1 200 "))
        }
    }

    @Test("stopping answers what waits, cancels its tasks and frees the port")
    func stop() async throws {
        let server = HTTPServer()
        let (begun, reachedHandler) = AsyncStream<Void>.makeStream()
        let (ended, wasCancelled) = AsyncStream<Bool>.makeStream()
        server.route("/forever") { _ in
            reachedHandler.yield()
            try? await Task.sleep(for: .seconds(60))
            wasCancelled.yield(Task.isCancelled)
            return .text("late")
        }
        try server.start()
        let port = server.port
        let client = HTTPClient(port: port)
        async let answer = client.request("GET", "/forever")
        for await _ in begun { break }
        server.stop()
        server.stop()
        let text = await answer
        #expect(text.isEmpty || text.hasPrefix("HTTP/1.1 503 "))
        for await cancelled in ended {
            #expect(cancelled)
            break
        }
        #expect(await client.request("GET", "/health") == "no connection")
        try await serving(HTTPServer(port: port)) { _, client in
            #expect(await client.request("GET", "/health").hasPrefix("HTTP/1.1 200 "))
        }
    }

    @Test("an address that cannot be had is an error that says which")
    func unavailable() async throws {
        try await serving { server, _ in
            let error = try #require(throws: StartError.self) { try HTTPServer(port: server.port).start() }
            #expect(error.message.hasPrefix("cannot listen on 127.0.0.1, port \(server.port): Address already in use"))
        }
        #expect(throws: StartError.self) { try HTTPServer(address: "no such host").start() }
    }

    @Test("a main loop that hangs makes /health 503")
    func heartbeat() async throws {
        let health = Health(heartbeatLimit: .zero)
        try await serving(HTTPServer(health: health)) { _, client in
            #expect(health.isAlive)
            health.beat()
            #expect(await client.request("GET", "/health").hasPrefix("HTTP/1.1 503 "))
        }
        let lively = Health()
        lively.beat()
        #expect(lively.isAlive)
    }
}
