/// Why a round of secure aggregation, or a message of it, is refused.
public struct SecureAggregationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of trouble.
    public enum Code: String, Sendable, Hashable {
        /// Terms that no round can have: too few sites, a threshold that protects nobody, sums that may overflow.
        case invalidTerms
        /// An update has another length, a number that is none, or a norm above the bound.
        case invalidUpdate
        /// A message cannot be read.
        case malformed
        /// A message is of another round, phase or receiver.
        case wrongRound
        /// A signature is not its sender's.
        case wrongSignature
        /// A sender has spoken in this phase already.
        case replayed
        /// Fewer sites than the threshold are left.
        case belowThreshold
        /// Sites were told different things, or one was asked for what it must not tell.
        case inconsistent
        /// The shares at hand do not give a secret that was committed to.
        case unrecoverable
        /// The sum is larger than clipped updates can add up to.
        case outOfBounds
    }

    /// The kind of trouble.
    public var code: Code
    /// What happened, with the site where there is one, and what to do about it.
    public var message: String

    /// Makes an error.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    public var description: String { message }
}
