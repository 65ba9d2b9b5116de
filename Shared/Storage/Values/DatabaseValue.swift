/// A Swift value that PostgreSQL can store: bound to a statement, copied into a table, decoded from a row.
///
/// Integers are bound as `smallint`, `integer`, `bigint`; `Float` and `Double` as `real` and `double precision`;
/// `String` as `text`; `[UInt8]` as `bytea`; `Date` as `timestamptz` (whole microseconds); ``JSON`` as `jsonb`;
/// arrays as arrays; an `Optional` as its wrapped type, `nil` being NULL.
public protocol DatabaseValue: Sendable {
    /// The type that the value is bound as.
    static var databaseType: DatabaseType { get }

    /// The value that stands for NULL, for types that have one.
    static var null: Self? { get }

    /// Whether the value is NULL; it is then never encoded.
    var isNull: Bool { get }

    /// Appends the value in the binary form of `type`; for `databaseType` this fails only on unrepresentable values.
    func encode(as type: DatabaseType, into bytes: inout [UInt8]) throws(ConversionError)

    /// Reads a value in the binary form of `type`.
    static func decode(_ bytes: UnsafeRawBufferPointer, as type: DatabaseType) throws(ConversionError) -> Self
}

/// Why a value does not fit a column, or a column a Swift type.
public enum ConversionError: Error, Sendable, Hashable {
    /// The Swift type has no form in this PostgreSQL type.
    case wrongType(swift: String, database: DatabaseType)
    /// The value is too large or too small for the other side.
    case outOfRange(swift: String, database: DatabaseType)
    /// NULL, where the Swift type is not optional.
    case unexpectedNull(swift: String)
    /// Bytes that are no value of the type.
    case malformed(DatabaseType)
}

extension ConversionError: CustomStringConvertible {
    /// The reason, as the end of a sentence.
    public var description: String {
        switch self {
        case .wrongType(let swift, let database): "a \(swift) is no \(database)"
        case .outOfRange(let swift, let database): "the value is outside the range of \(swift) or \(database)"
        case .unexpectedNull(let swift): "it is NULL, and \(swift) is not optional"
        case .malformed(let database): "the bytes are no \(database)"
        }
    }
}

extension DatabaseValue {
    /// There is no such value, unless the type says otherwise.
    public static var null: Self? { nil }

    /// False, unless the type says otherwise.
    public var isNull: Bool { false }

    static func wrongType(_ type: DatabaseType) -> ConversionError { .wrongType(swift: "\(Self.self)", database: type) }

    static func outOfRange(_ type: DatabaseType) -> ConversionError {
        .outOfRange(swift: "\(Self.self)", database: type)
    }
}

extension Optional: DatabaseValue where Wrapped: DatabaseValue {
    /// The wrapped type's.
    public static var databaseType: DatabaseType { Wrapped.databaseType }

    /// `nil`.
    public static var null: Self? { .some(.none) }

    /// Whether it is `nil`.
    public var isNull: Bool { self?.isNull ?? true }

    /// Appends the wrapped value.
    public func encode(as type: DatabaseType, into bytes: inout [UInt8]) throws(ConversionError) {
        try self?.encode(as: type, into: &bytes)
    }

    /// Reads a wrapped value.
    public static func decode(_ bytes: UnsafeRawBufferPointer, as type: DatabaseType) throws(ConversionError) -> Self {
        try Wrapped.decode(bytes, as: type)
    }
}

extension [UInt8] {
    /// Appends an integer in network byte order.
    mutating func append(bigEndian value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }
}

extension UnsafeRawBufferPointer {
    /// The integer in network byte order that fills the buffer exactly.
    func bigEndian<T: FixedWidthInteger>(_: T.Type, of type: DatabaseType) throws(ConversionError) -> T {
        guard count == MemoryLayout<T>.size else { throw .malformed(type) }
        return T(bigEndian: loadUnaligned(as: T.self))
    }
}
