/// The stages of a run, as the ledger names them.
public enum Stage {
    /// Reads files.
    public static let ingest = "ingest"
    /// Maps reads; a unit is a batch of reads.
    public static let align = "align"
    /// Makes model inputs; a unit is a shard.
    public static let encode = "encode"
    /// Scores; a unit is a part of a shard.
    public static let infer = "infer"
    /// Genotypes; a unit is a part of a shard.
    public static let report = "report"
}
