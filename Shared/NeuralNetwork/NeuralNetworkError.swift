/// What went wrong with a model, its data or its file: where it was, and what to do.
public struct NeuralNetworkError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of trouble.
    public enum Code: String, Sendable, Hashable, Codable {
        /// An architecture's layers do not fit each other or are out of range.
        case invalidArchitecture
        /// A file breaks its format.
        case malformed
        /// A file cannot be read.
        case unreadable
        /// Weights, labels or examples do not fit the model they are used with.
        case mismatch
        /// Training options are out of range.
        case invalidOptions
        /// This processor cannot do what was asked for.
        case unsupported
        /// Training left the range of numbers.
        case diverged
    }

    /// The kind of trouble.
    public var code: Code
    /// What happened and what to do about it, in one sentence.
    public var message: String
    /// The layer, tensor or field, if the trouble is in one.
    public var place: String?

    /// Makes an error; `place` names the layer, tensor or field.
    public init(_ code: Code, _ message: String, place: String? = nil) {
        self.code = code
        self.message = message
        self.place = place
    }

    /// `place: message`.
    public var description: String { place.map { "\($0): \(message)" } ?? message }
}
