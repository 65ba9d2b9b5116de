/// A PostgreSQL data type, by its object identifier (`pg_type.oid`).
public struct DatabaseType: RawRepresentable, Sendable, Hashable {
    /// The object identifier.
    public let rawValue: UInt32

    /// Names a type by its object identifier.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    private init(_ rawValue: UInt32) { self.rawValue = rawValue }

    /// `boolean`.
    public static let bool = Self(16)
    /// `bytea`.
    public static let bytea = Self(17)
    /// `bigint`.
    public static let int8 = Self(20)
    /// `smallint`.
    public static let int2 = Self(21)
    /// `integer`.
    public static let int4 = Self(23)
    /// `text`.
    public static let text = Self(25)
    /// `json`.
    public static let json = Self(114)
    /// `real`.
    public static let float4 = Self(700)
    /// `double precision`.
    public static let float8 = Self(701)
    /// `date`.
    public static let date = Self(1082)
    /// `timestamp without time zone`.
    public static let timestamp = Self(1114)
    /// `timestamp with time zone`.
    public static let timestamptz = Self(1184)
    /// `numeric`.
    public static let numeric = Self(1700)
    /// `uuid`.
    public static let uuid = Self(2950)
    /// `jsonb`.
    public static let jsonb = Self(3802)

    static let oid = Self(26)
    static let textLike: Set<Self> = [.text, Self(18), Self(19), Self(142), Self(705), Self(1042), Self(1043), .json]

    /// Types made by users (enums, citext, …) start here; their text is their binary form, or is refused as UTF-8.
    var isUserDefined: Bool { rawValue >= 16384 }

    /// The type of arrays of this type.
    var array: Self? { Self.arrays[self] }
    /// The type of this array type's elements.
    var element: Self? { Self.elements[self] }

    private static let arrays: [Self: Self] = [
        .bool: Self(1000), .bytea: Self(1001), .int2: Self(1005), .int4: Self(1007), .text: Self(1009),
        .int8: Self(1016), .float4: Self(1021), .float8: Self(1022), .timestamp: Self(1115), .date: Self(1182),
        .timestamptz: Self(1185), .numeric: Self(1231), .json: Self(199), .uuid: Self(2951), .jsonb: Self(3807),
        Self(19): Self(1003), Self(1042): Self(1014), Self(1043): Self(1015),
    ]
    private static let elements = Dictionary(uniqueKeysWithValues: arrays.map { ($1, $0) })
    private static let names: [Self: String] = [
        .bool: "boolean", .bytea: "bytea", .int8: "bigint", .int2: "smallint", .int4: "integer", .text: "text",
        .json: "json", .float4: "real", .float8: "double precision", .date: "date", .timestamp: "timestamp",
        .timestamptz: "timestamptz", .numeric: "numeric", .uuid: "uuid", .jsonb: "jsonb", .oid: "oid",
        Self(19): "name", Self(1042): "character", Self(1043): "varchar", Self(705): "unknown",
    ]
}

extension DatabaseType: CustomStringConvertible {
    /// PostgreSQL's name of the type.
    public var description: String {
        Self.names[self] ?? element.map { "\($0)[]" } ?? "type \(rawValue)"
    }
}
