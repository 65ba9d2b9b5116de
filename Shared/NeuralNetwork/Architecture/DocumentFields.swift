/// The fields of an object in a document that people write: what is left out takes its default, and an unknown name
/// is an error, so that a misspelt one is not taken for a default.
struct DocumentFields {
    private let container: KeyedDecodingContainer<DocumentKey>
    private var known: Set<String> = []

    init(_ decoder: any Decoder) throws {
        container = try decoder.container(keyedBy: DocumentKey.self)
    }

    /// The field `type`, whose values are those of an enum; it must be there unless it has a default.
    mutating func kind<Kind: RawRepresentable & CaseIterable>(
        default value: Kind? = nil
    ) throws -> Kind where Kind.RawValue == String {
        let name: String = try self("type", default: value?.rawValue)
        if let kind = Kind(rawValue: name) { return kind }
        let choices = Kind.allCases.map(\.rawValue).joined(separator: ", ")
        throw DecodingError.dataCorruptedError(
            forKey: "type", in: container, debugDescription: "there is no type '\(name)'; there are: \(choices)")
    }

    /// A field, which must be there unless it has a default.
    mutating func callAsFunction<Value: Decodable>(_ name: String, default value: Value? = nil) throws -> Value {
        if let value { return try optional(name) ?? value }
        known.insert(name)
        return try container.decode(Value.self, forKey: DocumentKey(stringValue: name))
    }

    /// A field that may be missing or null.
    mutating func optional<Value: Decodable>(_ name: String) throws -> Value? {
        known.insert(name)
        return try container.decodeIfPresent(Value.self, forKey: DocumentKey(stringValue: name))
    }

    /// Throws if there is a field that nobody asked for.
    func end() throws {
        guard let unknown = container.allKeys.first(where: { !known.contains($0.stringValue) }) else { return }
        throw DecodingError.dataCorruptedError(
            forKey: unknown, in: container,
            debugDescription:
                "there is no field '\(unknown.stringValue)'; there are: \(known.sorted().joined(separator: ", "))")
    }
}

/// A field's name.
struct DocumentKey: CodingKey, ExpressibleByStringLiteral {
    var stringValue: String
    var intValue: Int? { nil }

    init(stringLiteral value: String) { stringValue = value }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}
