/// What a file of inputs of the task holds: as the option `input` says, else as its name does.
public enum SequenceInput: String, Sendable {
    /// FASTA, a table or lines of sequences.
    case sequences
    /// BED: `.bed` or `.bed.gz`.
    case windows
    /// VCF: `.vcf`, `.vcf.gz` or `.vcf.bgz`.
    case variants

    /// The kind of a file.
    public init(_ path: String, options: [String: String] = [:]) {
        func ends(_ endings: String...) -> Bool { endings.contains { path.hasSuffix($0) } }
        self =
            options["input"].flatMap(Self.init)
            ?? (ends(".bed", ".bed.gz") ? .windows : ends(".vcf", ".vcf.gz", ".vcf.bgz") ? .variants : .sequences)
    }
}
