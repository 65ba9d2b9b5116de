extension DatabaseValue where Self: FixedWidthInteger {
    /// Appends the value as a `smallint`, `integer`, `bigint` or `double precision` that holds it exactly.
    public func encode(as type: DatabaseType, into bytes: inout [UInt8]) throws(ConversionError) {
        switch type {
        case .int8: bytes.append(bigEndian: try exactly(Int64.self, type))
        case .int4: bytes.append(bigEndian: try exactly(Int32.self, type))
        case .int2: bytes.append(bigEndian: try exactly(Int16.self, type))
        case .oid: bytes.append(bigEndian: try exactly(UInt32.self, type))
        case .float8:
            guard let double = Double(exactly: self) else { throw Self.outOfRange(type) }
            bytes.append(bigEndian: double.bitPattern)
        default: throw Self.wrongType(type)
        }
    }

    /// Reads a `smallint`, `integer`, `bigint` or whole `numeric` (what `sum` of a `bigint` is).
    public static func decode(_ bytes: UnsafeRawBufferPointer, as type: DatabaseType) throws(ConversionError) -> Self {
        let value: Self?
        switch type {
        case .int8: value = Self(exactly: try bytes.bigEndian(Int64.self, of: type))
        case .int4: value = Self(exactly: try bytes.bigEndian(Int32.self, of: type))
        case .int2: value = Self(exactly: try bytes.bigEndian(Int16.self, of: type))
        case .oid: value = Self(exactly: try bytes.bigEndian(UInt32.self, of: type))
        case .numeric: value = try Numeric(bytes).text.flatMap { Self($0) }
        default: throw wrongType(type)
        }
        guard let value else { throw outOfRange(type) }
        return value
    }

    private func exactly<T: FixedWidthInteger>(_: T.Type, _ type: DatabaseType) throws(ConversionError) -> T {
        guard let value = T(exactly: self) else { throw Self.outOfRange(type) }
        return value
    }
}

extension Int: DatabaseValue {
    /// `bigint`.
    public static let databaseType = DatabaseType.int8
}

extension Int64: DatabaseValue {
    /// `bigint`.
    public static let databaseType = DatabaseType.int8
}

extension Int32: DatabaseValue {
    /// `integer`.
    public static let databaseType = DatabaseType.int4
}

extension Int16: DatabaseValue {
    /// `smallint`.
    public static let databaseType = DatabaseType.int2
}

extension Double: DatabaseValue {
    /// `double precision`.
    public static let databaseType = DatabaseType.float8

    /// Appends a `double precision`, or the nearest `real`.
    public func encode(as type: DatabaseType, into bytes: inout [UInt8]) throws(ConversionError) {
        switch type {
        case .float8: bytes.append(bigEndian: bitPattern)
        case .float4:
            let narrow = Float(self)
            guard narrow.isFinite || !isFinite else { throw Self.outOfRange(type) }
            bytes.append(bigEndian: narrow.bitPattern)
        default: throw Self.wrongType(type)
        }
    }

    /// Reads a `double precision`, a `real` or a `numeric` (to the nearest).
    public static func decode(_ bytes: UnsafeRawBufferPointer, as type: DatabaseType) throws(ConversionError) -> Self {
        switch type {
        case .float8: return Double(bitPattern: try bytes.bigEndian(UInt64.self, of: type))
        case .float4: return Double(Float(bitPattern: try bytes.bigEndian(UInt32.self, of: type)))
        case .numeric: return try Numeric(bytes).double
        default: throw wrongType(type)
        }
    }
}

extension Float: DatabaseValue {
    /// `real`.
    public static let databaseType = DatabaseType.float4

    /// Appends a `real` or a `double precision`.
    public func encode(as type: DatabaseType, into bytes: inout [UInt8]) throws(ConversionError) {
        switch type {
        case .float4: bytes.append(bigEndian: bitPattern)
        case .float8: bytes.append(bigEndian: Double(self).bitPattern)
        default: throw Self.wrongType(type)
        }
    }

    /// Reads a `real`; a `double precision` would lose digits and is refused.
    public static func decode(_ bytes: UnsafeRawBufferPointer, as type: DatabaseType) throws(ConversionError) -> Self {
        guard type == .float4 else { throw wrongType(type) }
        return Float(bitPattern: try bytes.bigEndian(UInt32.self, of: type))
    }
}

extension Bool: DatabaseValue {
    /// `boolean`.
    public static let databaseType = DatabaseType.bool

    /// Appends a `boolean`.
    public func encode(as type: DatabaseType, into bytes: inout [UInt8]) throws(ConversionError) {
        guard type == .bool else { throw Self.wrongType(type) }
        bytes.append(self ? 1 : 0)
    }

    /// Reads a `boolean`.
    public static func decode(_ bytes: UnsafeRawBufferPointer, as type: DatabaseType) throws(ConversionError) -> Self {
        guard type == .bool else { throw wrongType(type) }
        return try bytes.bigEndian(UInt8.self, of: type) != 0
    }
}
