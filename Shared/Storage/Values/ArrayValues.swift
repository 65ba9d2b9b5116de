import Foundation

/// A type whose Swift arrays are values: `bytea` for bytes, a PostgreSQL array for everything else.
public protocol DatabaseArrayElement: Sendable {
    /// The type that an array of these is bound as.
    static var arrayType: DatabaseType { get }

    /// Appends an array in the binary form of `type`.
    static func encode(_ array: [Self], as type: DatabaseType, into bytes: inout [UInt8]) throws(ConversionError)

    /// Reads an array in the binary form of `type`.
    static func decodeArray(_ bytes: UnsafeRawBufferPointer, as type: DatabaseType) throws(ConversionError) -> [Self]
}

extension Array: DatabaseValue where Element: DatabaseArrayElement {
    /// The array of the element's type, or `bytea`.
    public static var databaseType: DatabaseType { Element.arrayType }

    /// Appends the array.
    public func encode(as type: DatabaseType, into bytes: inout [UInt8]) throws(ConversionError) {
        try Element.encode(self, as: type, into: &bytes)
    }

    /// Reads an array.
    public static func decode(_ bytes: UnsafeRawBufferPointer, as type: DatabaseType) throws(ConversionError) -> Self {
        try Element.decodeArray(bytes, as: type)
    }
}

extension UInt8: DatabaseArrayElement {
    /// `bytea`.
    public static let arrayType = DatabaseType.bytea

    /// Appends the bytes.
    public static func encode(
        _ array: [UInt8], as type: DatabaseType, into bytes: inout [UInt8]
    ) throws(ConversionError) {
        guard type == .bytea else { throw [UInt8].wrongType(type) }
        bytes.append(contentsOf: array)
    }

    /// Reads the bytes.
    public static func decodeArray(
        _ bytes: UnsafeRawBufferPointer, as type: DatabaseType
    ) throws(ConversionError) -> [UInt8] {
        guard type == .bytea else { throw [UInt8].wrongType(type) }
        return [UInt8](bytes)
    }
}

/// PostgreSQL's `array_send`: dimensions, flags, element type, (length, lower bound) a dimension, then the elements,
/// each after its length. Empty arrays have no dimension.
extension DatabaseArrayElement where Self: DatabaseValue {
    /// The array of the type itself.
    public static var arrayType: DatabaseType {
        guard let type = databaseType.array else { preconditionFailure("\(databaseType) has no array type") }
        return type
    }

    /// Appends a one-dimensional array.
    public static func encode(
        _ array: [Self], as type: DatabaseType, into bytes: inout [UInt8]
    ) throws(ConversionError) {
        guard let element = type.element else { throw wrongType(type) }
        bytes.append(bigEndian: Int32(array.isEmpty ? 0 : 1))
        bytes.append(bigEndian: Int32(array.contains { $0.isNull } ? 1 : 0))
        bytes.append(bigEndian: element.rawValue)
        guard !array.isEmpty else { return }
        guard let count = Int32(exactly: array.count) else { throw outOfRange(type) }
        bytes.append(bigEndian: count)
        bytes.append(bigEndian: Int32(1))
        for value in array { try value.encode(withLengthAs: element, into: &bytes) }
    }

    /// Reads an array of at most one dimension.
    public static func decodeArray(
        _ bytes: UnsafeRawBufferPointer, as type: DatabaseType
    ) throws(ConversionError) -> [Self] {
        guard let element = type.element else { throw [Int].wrongType(type) }
        var rest = bytes[...]
        func next(_ count: Int) throws(ConversionError) -> UnsafeRawBufferPointer {
            guard count >= 0, rest.count >= count else { throw .malformed(type) }
            defer { rest = rest.dropFirst(count) }
            return UnsafeRawBufferPointer(rebasing: rest.prefix(count))
        }
        func integer() throws(ConversionError) -> Int { Int(try next(4).bigEndian(Int32.self, of: type)) }

        let dimensions = try integer()
        _ = try next(8)
        if dimensions == 0 { return [] }
        guard dimensions == 1 else { throw .wrongType(swift: "[\(Self.self)]", database: type) }
        let count = try integer()
        _ = try integer()
        var array: [Self] = []
        // Every element has a length of 4 bytes, which bounds what a false count can reserve.
        array.reserveCapacity(min(max(count, 0), rest.count / 4))
        for _ in 0..<max(count, 0) {
            let length = try integer()
            if length >= 0 {
                array.append(try decode(try next(length), as: element))
            } else if let null {
                array.append(null)
            } else {
                throw .unexpectedNull(swift: "\(Self.self)")
            }
        }
        return array
    }
}

extension DatabaseValue {
    /// Appends the length of the value and the value, or the length -1 for NULL: the form of array elements and of
    /// the fields of COPY.
    func encode(withLengthAs type: DatabaseType, into bytes: inout [UInt8]) throws(ConversionError) {
        let start = bytes.count
        bytes.append(bigEndian: Int32(-1))
        guard !isNull else { return }
        try encode(as: type, into: &bytes)
        guard let length = Int32(exactly: bytes.count - start - 4) else { throw Self.outOfRange(type) }
        withUnsafeBytes(of: length.bigEndian) { header in
            for (offset, byte) in header.enumerated() { bytes[start + offset] = byte }
        }
    }
}

extension Int: DatabaseArrayElement {}
extension Int64: DatabaseArrayElement {}
extension Int32: DatabaseArrayElement {}
extension Int16: DatabaseArrayElement {}
extension Double: DatabaseArrayElement {}
extension Float: DatabaseArrayElement {}
extension Bool: DatabaseArrayElement {}
extension String: DatabaseArrayElement {}
extension UUID: DatabaseArrayElement {}
extension Date: DatabaseArrayElement {}
extension JSON: DatabaseArrayElement {}
extension [UInt8]: DatabaseArrayElement {}
extension Optional: DatabaseArrayElement where Wrapped: DatabaseArrayElement & DatabaseValue {}
