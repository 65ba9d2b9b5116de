/// Why a text is no name of a variant, or why a name cannot be mapped.
public struct HGVSError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of trouble.
    public enum Code: String, Sendable, Hashable, Codable {
        /// The text breaks the grammar.
        case grammar
        /// The name contradicts itself: an end in front of its start.
        case contradiction
        /// What the name states is not what the reference has.
        case referenceMismatch
        /// The sequence that the name is told along is not there.
        case unknownReference
        /// A position lies where the sequence has none.
        case outside
        /// The name does not say exactly what changes: an uncertain position, a protein.
        case inexact
    }

    /// The kind of trouble.
    public var code: Code
    /// What is wrong and, where it can be said, what to write instead.
    public var message: String
    /// The character of the name where it is, counted from 1; nil where it is the name as a whole.
    public var column: Int?

    /// Makes an error.
    public init(_ code: Code, _ message: String, column: Int? = nil) {
        self.code = code
        self.message = message
        self.column = column
    }

    /// `column 12: message`.
    public var description: String { column.map { "column \($0): \(message)" } ?? message }
}

/// A spelling that is read although it is not the recommended one.
public struct HGVSRemark: Sendable, Hashable, CustomStringConvertible {
    /// The character of the name where it is, counted from 1; nil where it is the name as a whole.
    public var column: Int?
    /// What is recommended.
    public var message: String

    /// Makes one.
    public init(column: Int? = nil, _ message: String) {
        self.column = column
        self.message = message
    }

    /// `column 12: message`.
    public var description: String { column.map { "column \($0): \(message)" } ?? message }
}
