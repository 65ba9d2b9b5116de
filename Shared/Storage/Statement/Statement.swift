/// One SQL statement and the values that are bound to its parameters.
///
/// `"SELECT name FROM runs WHERE id = \(id)"` binds `id`; `\(identifier: table)` quotes a name. Nothing else is ever
/// pasted into the SQL, not even by `Statement("… \(x)")`, which is the same literal. Every Swift type is bound as one
/// PostgreSQL type (``DatabaseValue``), so where SQL needs another one, cast: `\(count)::int4`, `\(text)::uuid`.
public struct Statement: Sendable {
    /// The SQL.
    public let text: String
    /// The values, `$1` first.
    public let parameters: [any DatabaseValue]

    /// Makes a statement of SQL that the program itself wrote.
    public init(_ text: String, _ parameters: [any DatabaseValue] = []) {
        self.text = text
        self.parameters = parameters
    }

    /// An identifier in double quotes, as PostgreSQL's `quote_ident` makes it.
    static func quoted(_ identifier: some StringProtocol) -> String {
        "\"" + identifier.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}

extension Statement: ExpressibleByStringInterpolation {
    /// A statement without values.
    public init(stringLiteral text: String) { self.init(text) }

    /// A statement whose interpolated values are bound.
    public init(stringInterpolation: StringInterpolation) {
        self.init(stringInterpolation.text, stringInterpolation.parameters)
    }

    /// Collects SQL text and the values between it.
    public struct StringInterpolation: StringInterpolationProtocol {
        var text = ""
        var parameters: [any DatabaseValue] = []

        /// Starts with room for the literal text.
        public init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity + 3 * interpolationCount)
            parameters.reserveCapacity(interpolationCount)
        }

        /// Takes SQL as the program wrote it.
        public mutating func appendLiteral(_ literal: String) { text += literal }

        /// Binds a value.
        public mutating func appendInterpolation(_ value: some DatabaseValue) {
            parameters.append(value)
            text += "$\(parameters.count)"
        }

        /// Binds a value that may be NULL; without this overload the compiler takes an optional for a mistake.
        public mutating func appendInterpolation(_ value: (some DatabaseValue)?) {
            parameters.append(value)
            text += "$\(parameters.count)"
        }

        /// Quotes the name of a table, column, channel, ….
        public mutating func appendInterpolation(identifier: String) { text += Statement.quoted(identifier) }
    }
}
