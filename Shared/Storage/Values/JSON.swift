import Foundation

/// A JSON document, stored as `jsonb`.
public struct JSON: Sendable, Hashable {
    /// The document in UTF-8.
    ///
    /// The server checks it; what comes back has `jsonb`'s own spacing and order of keys.
    public var bytes: [UInt8]

    /// Takes a document that is JSON already.
    public init(bytes: [UInt8]) { self.bytes = bytes }

    /// Encodes a value, dates as ISO 8601.
    public init(encoding value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        bytes = [UInt8](try encoder.encode(value))
    }

    /// Decodes a value, dates as ISO 8601.
    public func decode<T: Decodable>(_: T.Type = T.self) throws -> T {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        return try decoder.decode(T.self, from: Data(bytes))
    }
}

extension JSON: DatabaseValue {
    /// `jsonb`.
    public static let databaseType = DatabaseType.jsonb

    /// The version of `jsonb`'s binary form, its first byte.
    private static let version: UInt8 = 1

    /// Appends a `jsonb` or a `json`.
    public func encode(as type: DatabaseType, into bytes: inout [UInt8]) throws(ConversionError) {
        switch type {
        case .jsonb: bytes.append(Self.version)
        case .json: break
        default: throw Self.wrongType(type)
        }
        bytes.append(contentsOf: self.bytes)
    }

    /// Reads a `jsonb` or a `json`.
    public static func decode(_ bytes: UnsafeRawBufferPointer, as type: DatabaseType) throws(ConversionError) -> Self {
        switch type {
        case .json: return JSON(bytes: [UInt8](bytes))
        case .jsonb:
            guard bytes.first == version else { throw .malformed(type) }
            return JSON(bytes: [UInt8](bytes.dropFirst()))
        default: throw wrongType(type)
        }
    }
}
