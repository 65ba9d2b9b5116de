import Foundation

/// A JSON document that an event carries and that another module defines, such as an architecture.
public enum JSONDocument: Codable, Sendable, Hashable {
    case null
    case bool(Bool)
    case number(Decimal)
    case string(String)
    case array([JSONDocument])
    case object([String: JSONDocument])

    /// Takes a value as its JSON; numbers keep the digits that they are written with.
    public init(encoding value: some Encodable) throws {
        self = try JSONDecoder().decode(JSONDocument.self, from: JSONEncoder().encode(value))
    }

    /// Reads the document as a value.
    public func decode<Value: Decodable>(_: Value.Type = Value.self) throws -> Value {
        try JSONDecoder().decode(Value.self, from: JSONEncoder().encode(self))
    }

    /// Reads any JSON.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        self =
            if container.decodeNil() {
                .null
            } else if let value = try? container.decode(Bool.self) {
                .bool(value)
            } else if let value = try? container.decode(Decimal.self) {
                .number(value)
            } else if let value = try? container.decode(String.self) {
                .string(value)
            } else if let value = try? container.decode([JSONDocument].self) {
                .array(value)
            } else {
                .object(try container.decode([String: JSONDocument].self))
            }
    }

    /// Writes the document.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        case .array(let values): try container.encode(values)
        case .object(let members): try container.encode(members)
        }
    }
}
