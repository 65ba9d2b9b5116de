import Foundation

/// The id of a run or a job: a UUID that reads and writes itself in lower case (RFC 9562, § 4).
public struct Identifier: Sendable, Hashable, Codable, CustomStringConvertible {
    /// The UUID.
    public let uuid: UUID

    /// Makes a new random id.
    public init() { uuid = UUID() }

    /// Wraps a UUID, such as one from the database.
    public init(_ uuid: UUID) { self.uuid = uuid }

    /// Reads a UUID's text form; nil for anything else.
    public init?(_ text: String) {
        // Foundation does not look behind the 36th byte when it is a zero.
        guard text.utf8.count == 36, let uuid = UUID(uuidString: text) else { return nil }
        self.uuid = uuid
    }

    /// The lower-case text form.
    public var description: String { uuid.uuidString.lowercased() }

    /// Reads the text form.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let identifier = Identifier(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "is no UUID")
        }
        self = identifier
    }

    /// Writes the text form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
