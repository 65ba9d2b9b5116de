import Genomics

/// What made a file of calls, for its header.
public struct CallSetOrigin: Sendable, Hashable {
    /// The program's version.
    public var version: String
    /// The reference: its file's name, without folders.
    public var reference: String
    /// SHA-256 of each model whose word the calls are.
    public var models: [String]

    /// Names what made the calls.
    public init(version: String, reference: String, models: [String]) {
        self.version = version
        self.reference = reference
        self.models = models
    }

    /// The lines of the header, by key.
    var metadata: [Variant.Field] {
        [.init("reference", reference)] + models.map { .init("helicaseModel", "sha256:\($0)") }
    }
}
