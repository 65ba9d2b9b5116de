/// What a decomposition or a fit could not do with the numbers that it was given.
public struct LinearAlgebraError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of trouble.
    public enum Code: String, Sendable, Hashable {
        /// A number is infinite or none.
        case notFinite
        /// A matrix that has to be positive definite is not.
        case notPositiveDefinite
        /// An iteration ended before its result was found.
        case noConvergence
        /// There are too few rows, columns or groups for what was asked.
        case tooFew
        /// The matrix has more rows or columns than LAPACK's 32-bit counts hold.
        case tooLarge
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
