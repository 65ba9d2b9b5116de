/// A change of a model version (`models`).
public struct ModelEvent: JSONEvent, Hashable {
    /// The event's type.
    public static var type: EventType { .model }

    /// Where a version is.
    public enum State: String, Codable, Sendable, CaseIterable {
        /// Registered, not in use.
        case candidate
        /// What `infer` scores with.
        case production
        /// No longer in use.
        case retired
    }

    /// The model.
    public var name: String
    /// The version, counted from 1.
    public var version: Int
    /// Where the version is now.
    public var state: State
    /// SHA-256 of the model package.
    public var digest: String
    /// The definition of the features that the model reads.
    public var featureVersion: String
    /// Who moved it.
    public var actor: String
    /// Why.
    public var reason: String

    /// Makes a model event.
    public init(
        name: String, version: Int, state: State, digest: String, featureVersion: String, actor: String, reason: String
    ) {
        self.name = name
        self.version = version
        self.state = state
        self.digest = digest
        self.featureVersion = featureVersion
        self.actor = actor
        self.reason = reason
    }
}
