/// A value in a log line's metadata; literals and interpolated strings make one.
public enum LogValue: Sendable, Hashable {
    /// Text, escaped when it is written.
    case string(String)
    /// A whole number.
    case integer(Int)
    /// A number; one that is not finite is written as text.
    case number(Double)
    /// A truth value.
    case boolean(Bool)

    /// A duration in seconds, for keys that end in `seconds`.
    public static func seconds(_ duration: Duration) -> LogValue { .number(duration / .seconds(1)) }
}

extension LogValue: ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral
{
    /// Makes text.
    public init(stringLiteral value: String) { self = .string(value) }
    /// Makes a whole number.
    public init(integerLiteral value: Int) { self = .integer(value) }
    /// Makes a number.
    public init(floatLiteral value: Double) { self = .number(value) }
    /// Makes a truth value.
    public init(booleanLiteral value: Bool) { self = .boolean(value) }
}
