/// The registry cannot do what was asked; the message says why.
public struct RegistryError: Error, Sendable, CustomStringConvertible {
    /// What is wrong and what to do.
    public var description: String

    /// Makes an error of a sentence.
    public init(_ description: String) { self.description = description }
}
