import Foundation
import Messaging

/// An event that travels as JSON.
public protocol JSONEvent: Codable, Sendable {
    /// The `ce_type` of its records.
    static var type: EventType { get }
}

/// The one way in which events become bytes and bytes become events.
public enum EventCoding {
    /// JSON with sorted keys, so that equal events have equal bytes; dates in ISO 8601.
    public static func encode(_ event: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        return try Array(encoder.encode(event))
    }

    /// Reads JSON of an event; unknown keys are ignored, so that a newer minor version still decodes.
    public static func decode<Event: Decodable>(_ type: Event.Type = Event.self, from bytes: [UInt8]) throws -> Event {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        do {
            return try decoder.decode(type, from: Data(bytes))
        } catch let error as DecodingError {
            throw EventError("a value that is no \(type): \(EventError.explain(error))")
        }
    }

    /// A record of a JSON event.
    public static func record<Event: JSONEvent>(
        _ event: Event, topic: String, key: String, id: String, source: String, subject: String? = nil,
        extensions: [String: String] = [:], traceparent: String? = nil
    ) throws -> OutgoingRecord {
        record(
            try encode(event), type: Event.type, contentType: ContentType.json, topic: topic, key: key, id: id,
            source: source, subject: subject, extensions: extensions, traceparent: traceparent)
    }

    /// A record of bytes in one of the field's own containers.
    public static func record(
        _ value: [UInt8], type: EventType, contentType: String, topic: String, key: String, id: String,
        source: String, subject: String? = nil, extensions: [String: String] = [:], traceparent: String? = nil
    ) -> OutgoingRecord {
        let headers = EventHeaders(
            id: id, type: type.rawValue, source: "/helicase/\(source)", subject: subject, time: nil,
            contentType: contentType, traceparent: traceparent, extensions: extensions)
        return OutgoingRecord(topic: topic, key: Array(key.utf8), value: value, headers: headers.kafkaHeaders())
    }
}

/// A record that is not what its topic promises.
public struct EventError: Error, Sendable, CustomStringConvertible {
    /// What is wrong and where.
    public var description: String

    /// Makes an error of a sentence.
    public init(_ description: String) { self.description = description }

    static func explain(_ error: DecodingError) -> String {
        switch error {
        case .keyNotFound(let key, let context): "\(path(context.codingPath + [key])) is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            context.codingPath.isEmpty
                ? context.debugDescription : "\(path(context.codingPath)): \(context.debugDescription)"
        @unknown default: "not decodable"
        }
    }

    /// `scored.0.candidate`: keys and, in arrays, places from 0.
    private static func path(_ keys: [any CodingKey]) -> String {
        keys.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
    }
}
