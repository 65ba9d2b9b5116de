import Foundation

extension String: DatabaseValue {
    /// `text`.
    public static let databaseType = DatabaseType.text

    /// Appends the UTF-8 as a `text`, `varchar`, `json`, enum, ….
    public func encode(as type: DatabaseType, into bytes: inout [UInt8]) throws(ConversionError) {
        guard DatabaseType.textLike.contains(type) || type.isUserDefined else { throw Self.wrongType(type) }
        bytes.append(contentsOf: utf8)
    }

    /// Reads a `text`, `varchar`, `json`, enum, ….
    public static func decode(_ bytes: UnsafeRawBufferPointer, as type: DatabaseType) throws(ConversionError) -> Self {
        guard DatabaseType.textLike.contains(type) || type.isUserDefined else { throw wrongType(type) }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .malformed(type) }
        return text
    }
}

extension UUID: DatabaseValue {
    /// `uuid`.
    public static let databaseType = DatabaseType.uuid

    /// Appends a `uuid`.
    public func encode(as type: DatabaseType, into bytes: inout [UInt8]) throws(ConversionError) {
        guard type == .uuid else { throw Self.wrongType(type) }
        withUnsafeBytes(of: uuid) { bytes.append(contentsOf: $0) }
    }

    /// Reads a `uuid`.
    public static func decode(_ bytes: UnsafeRawBufferPointer, as type: DatabaseType) throws(ConversionError) -> Self {
        guard type == .uuid else { throw wrongType(type) }
        guard bytes.count == MemoryLayout<uuid_t>.size else { throw .malformed(type) }
        return UUID(uuid: bytes.loadUnaligned(as: uuid_t.self))
    }
}

extension Date: DatabaseValue {
    /// `timestamptz`.
    public static let databaseType = DatabaseType.timestamptz

    /// From PostgreSQL's epoch, 2000-01-01, to Foundation's, 2001-01-01: 366 days.
    private static let epochDistance = 366.0 * 86400

    /// Appends a `timestamptz` or `timestamp` (UTC) to the nearest microsecond, or the `date` in UTC.
    public func encode(as type: DatabaseType, into bytes: inout [UInt8]) throws(ConversionError) {
        let seconds = timeIntervalSinceReferenceDate + Self.epochDistance
        switch type {
        case .timestamptz, .timestamp:
            // The largest and the smallest integer are PostgreSQL's infinities, not dates.
            guard let microseconds = Int64(exactly: (seconds * 1e6).rounded()), microseconds != .min,
                microseconds != .max
            else { throw Self.outOfRange(type) }
            bytes.append(bigEndian: microseconds)
        case .date:
            guard let days = Int32(exactly: (seconds / 86400).rounded(.down)), days != .min, days != .max else {
                throw Self.outOfRange(type)
            }
            bytes.append(bigEndian: days)
        default: throw Self.wrongType(type)
        }
    }

    /// Reads a `timestamptz`, a `timestamp` (as UTC) or a `date` (its midnight in UTC); the infinities are no dates.
    public static func decode(_ bytes: UnsafeRawBufferPointer, as type: DatabaseType) throws(ConversionError) -> Self {
        let seconds: Double
        switch type {
        case .timestamptz, .timestamp:
            let microseconds = try bytes.bigEndian(Int64.self, of: type)
            guard microseconds != .min, microseconds != .max else { throw outOfRange(type) }
            seconds = Double(microseconds) / 1e6
        case .date:
            let days = try bytes.bigEndian(Int32.self, of: type)
            guard days != .min, days != .max else { throw outOfRange(type) }
            seconds = Double(days) * 86400
        default: throw wrongType(type)
        }
        return Date(timeIntervalSinceReferenceDate: seconds - epochDistance)
    }
}
