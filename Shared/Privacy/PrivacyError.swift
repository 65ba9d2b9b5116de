/// What of a privacy guarantee cannot be computed or given.
public struct PrivacyError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of trouble.
    public enum Code: String, Sendable, Hashable {
        /// A number outside of its range.
        case invalidParameter
        /// No noise in the range that is searched gives what was asked.
        case unreachable
        /// What was asked would exceed the budget.
        case overBudget
    }

    /// The kind of trouble.
    public var code: Code
    /// What happened and what to do about it, in one sentence.
    public var message: String

    /// Makes an error.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    public var description: String { message }
}
