import Foundation

/// A request as a route's handler sees it.
public struct HTTPRequest: Sendable {
    /// The method, upper case.
    public let method: String
    /// The path, percent-decoded, without the query.
    public let path: String
    /// The query's fields, percent-decoded; of a repeated one the last.
    public let query: [String: String]
    /// The headers under lower-case names; of a repeated one the last.
    public let headers: [String: String]
    /// The body, at most ``HTTPServer/Limits/bodyBytes`` long.
    public let body: [UInt8]
}

/// A response, complete in memory.
public struct HTTPResponse: Sendable {
    /// The status code.
    public var status: Int
    /// The headers, `Content-Type` among them.
    public var headers: [String: String]
    /// The body.
    public var body: [UInt8]

    /// Makes a response.
    public init(status: Int = 200, headers: [String: String] = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// Plain text, or another `type` of text.
    public static func text(
        _ text: String, status: Int = 200, type: String = "text/plain; charset=utf-8"
    ) -> HTTPResponse {
        HTTPResponse(status: status, headers: ["Content-Type": type], body: Array(text.utf8))
    }

    /// A value as JSON with sorted keys; 500 for one that JSON cannot hold, such as NaN.
    public static func json(_ value: some Encodable, status: Int = 200) -> HTTPResponse {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let body = try? encoder.encode(value) else {
            return .text("the answer cannot be written as JSON\n", status: 500)
        }
        return HTTPResponse(
            status: status, headers: ["Content-Type": "application/json"], body: Array(body) + [UInt8(ascii: "\n")])
    }
}
