/// A CloudEvents 1.0 event's attributes as Kafka headers (binary mode), with W3C's `traceparent`.
public struct EventHeaders: Sendable, Hashable {
    /// `ce_id`: the same for the same event after any restart.
    public var id: String
    /// `ce_type`: ends in the schema's major version.
    public var type: String
    /// `ce_source`: a URI reference of what made the event.
    public var source: String
    /// `ce_subject`: what the event is about, in the source's own terms.
    public var subject: String?
    /// `ce_time`: RFC 3339.
    public var time: String?
    /// `content-type` of the record's value; empty for a tombstone, which has none.
    public var contentType: String
    /// The W3C trace context that the event was made under.
    public var traceparent: String?
    /// Extension attributes by name, in lower-case letters and digits, each written as `ce_<name>`.
    public var extensions: [String: String]

    /// States an event's attributes.
    public init(
        id: String, type: String, source: String, subject: String? = nil, time: String? = nil, contentType: String,
        traceparent: String? = nil, extensions: [String: String] = [:]
    ) {
        self.id = id
        self.type = type
        self.source = source
        self.subject = subject
        self.time = time
        self.contentType = contentType
        self.traceparent = traceparent
        self.extensions = extensions
    }

    /// Reads a record's headers.
    ///
    /// Headers without the `ce_` prefix, other than `content-type` and `traceparent`, are not part of the event.
    public init(parsing headers: [(name: String, value: String)]) throws {
        var attributes: [String: String] = [:]
        var contentType = ""
        var traceparent: String?
        for (name, value) in headers {
            if name.hasPrefix("ce_") {
                attributes[String(name.dropFirst(3))] = value
            } else if name == "content-type" {
                contentType = value
            } else if name == "traceparent" {
                traceparent = value
            }
        }
        func take(_ name: String) throws -> String {
            guard let value = attributes.removeValue(forKey: name), !value.isEmpty else {
                throw MessagingError(.malformedHeaders, "the record has no header ce_\(name), so it is no CloudEvent")
            }
            return value
        }
        let version = try take("specversion")
        guard version == "1.0" else {
            throw MessagingError(.malformedHeaders, "the record's ce_specversion is \"\(version)\"; 1.0 is supported")
        }
        self.init(
            id: try take("id"), type: try take("type"), source: try take("source"),
            subject: attributes.removeValue(forKey: "subject"), time: attributes.removeValue(forKey: "time"),
            contentType: contentType, traceparent: traceparent)
        extensions = attributes
    }

    /// The headers to write, in a fixed order.
    public func kafkaHeaders() -> [(name: String, value: String)] {
        var headers = [("ce_specversion", "1.0"), ("ce_id", id), ("ce_type", type), ("ce_source", source)]
        if let subject { headers.append(("ce_subject", subject)) }
        if let time { headers.append(("ce_time", time)) }
        headers += extensions.sorted { $0.key < $1.key }.map { ("ce_" + $0.key, $0.value) }
        if !contentType.isEmpty { headers.append(("content-type", contentType)) }
        if let traceparent { headers.append(("traceparent", traceparent)) }
        return headers.map { (name: $0.0, value: $0.1) }
    }
}
