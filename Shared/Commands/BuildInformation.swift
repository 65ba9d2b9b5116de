/// What was built.
public enum BuildInformation {
    /// The suite's version (Semantic Versioning).
    public static let version = "0.1.0"
}
