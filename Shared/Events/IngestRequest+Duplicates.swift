import Genomics

extension IngestRequest {
    /// What becomes of duplicates; throws for a text that says nothing known.
    public func duplicatePolicy() throws(EventError) -> DuplicatePolicy {
        guard let text = duplicates else { return .mark }
        guard let policy = DuplicatePolicy(text) else {
            throw EventError("duplicates: \"\(text.prefix(40))\" is not mark, keep or umi: and a tag, such as umi:RX")
        }
        return policy
    }
}
