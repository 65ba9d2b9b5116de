import Foundation

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// What a process says of itself over HTTP.
enum ServiceProbe {
    /// The reason of a service that does not answer.
    static let silence = "does not answer"

    /// Whether `/health` answers that the main loop turns.
    static func isAlive(port: Int, within limit: Duration = .seconds(2)) async -> Bool {
        await get("health", port: port, within: limit)?.status == 200
    }

    /// Whether the service is ready, and else why not: in its own words, or that it does not answer.
    static func readiness(port: Int, within limit: Duration = .seconds(2)) async -> (isReady: Bool, reason: String) {
        guard let answer = await get("ready", port: port, within: limit) else { return (false, silence) }
        if answer.status == 200 { return (true, "") }
        let report = try? JSONDecoder().decode(NotReady.self, from: answer.body)
        let reasons = (report?.notReady ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
        return (false, reasons.joined(separator: "; "))
    }

    private struct NotReady: Decodable {
        var notReady: [String: String]
    }

    /// One GET, or nil where nobody answers in time.
    static func get(_ path: String, port: Int, within limit: Duration) async -> (status: Int, body: Data)? {
        guard let url = URL(string: "http://127.0.0.1:\(port)/\(path)") else { return nil }
        var request = URLRequest(url: url, cachePolicy: .reloadIgnoringLocalCacheData)
        request.timeoutInterval = limit / .seconds(1)
        guard let (body, response) = try? await session.data(for: request),
            let status = (response as? HTTPURLResponse)?.statusCode
        else { return nil }
        return (status, body)
    }

    /// Keeps no connection open: a process that was started again must not be asked by its predecessor's.
    private static let session: URLSession = {
        let configuration = URLSessionConfiguration.ephemeral
        configuration.httpAdditionalHeaders = ["Connection": "close"]
        return URLSession(configuration: configuration)
    }()
}
