/// Why something cannot be explained: what happened, where, and what to do.
public struct InterpretationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of trouble.
    public enum Code: String, Sendable, Hashable {
        /// The attributions do not add up to what they explain.
        case incomplete
        /// A network, method or input that does not fit the others.
        case mismatch
        /// A file breaks its format.
        case malformed
    }

    /// The kind of trouble.
    public var code: Code
    /// What happened and what to do about it, in one sentence.
    public var message: String
    /// Where, if it is a place in a file or a network.
    public var place: String?

    /// Makes an error.
    public init(_ code: Code, _ message: String, place: String? = nil) {
        self.code = code
        self.message = message
        self.place = place
    }

    /// `place: message`.
    public var description: String { place.map { "\($0): \(message)" } ?? message }
}
