import Genomics

/// Annotates the records of a sorted VCF file, one after the other, in memory that does not grow with the file.
public struct VariantAnnotator {
    /// What was done.
    public struct Summary: Sendable, Hashable, Codable {
        /// Records of the input, all of which are in the output.
        public var records = 0
        /// Records with an allele that touches a transcript.
        public var withConsequence = 0
        /// Records with an allele that one of the sources knows, by source.
        public var known: [Int] = []
        /// Records whose REF is not the reference's bases: they have the flag `REF_MISMATCH` and nothing else.
        public var mismatched = 0
        /// Records on contigs that the reference lacks: they are as they were.
        public var foreign = 0
        /// Records with symbolic alleles of which no consequence is told.
        public var symbolic = 0
        /// Alleles that overlap another one of their haplotype and were looked at alone.
        public var overlapping = 0
    }

    /// How consequences are told.
    public struct Options: Sendable {
        /// Whether each record is looked at alone, whatever its phase.
        public var isLocal = false
        /// Whether the first alternates of a file without genotypes lie on one haplotype.
        public var isOneHaplotype = false
        /// Whether only the chosen transcript is written.
        public var isPickOnly = false
        /// Whether the consequences are written as `bcftools csq` does, too (INFO `BCSQ`).
        public var hasBCSQ = false
        /// The rule for the chosen transcript.
        public var choice = TranscriptChoice()
        /// Names alleles by HGVS.
        public var naming: VariantNaming?

        /// Makes options with their defaults.
        public init() {}
    }

    private let reference: ReferenceGenome
    private let transcripts: TranscriptSet?
    private let sources: [AnnotationSource]
    private let options: Options

    /// Takes transcripts that were matched with the reference, and sources of other fields.
    public init(
        reference: ReferenceGenome, transcripts: TranscriptSet?, sources: [AnnotationSource],
        options: Options = Options()
    ) {
        self.reference = reference
        self.transcripts = transcripts
        self.sources = sources
        self.options = options
    }

    /// Reads a VCF file, plain or compressed, and writes it with its annotation, compressed and indexed.
    ///
    /// `metadata` are lines for the header, without `##`. Throws for a file that is no VCF or is not sorted, and for keys that the file has already.
    /// Remarks and counts are in the summary.
    public func annotate(
        _ input: String, to output: String, metadata: [String], remark: (String) -> Void
    ) throws(GenomicsError) -> Summary {
        var lines = try BGZFLines(path: input)
        let header = try header(&lines, path: input, metadata: metadata)
        let longest = reference.contigs.map(\.length).max() ?? 0
        // Rows repeat themselves so much that a higher level would cost a fifth of all the time.
        let writer = try VCFTextWriter(path: output, header: header.text, longestContig: longest, level: 1)
        var stream = AnnotationStream(
            reference: reference, transcripts: transcripts, sources: sources, options: options,
            hasSamples: header.hasSamples, writer: writer)
        do throws(GenomicsError) {
            var line: [UInt8] = []
            while try lines.read(into: &line) {
                if line.isEmpty { continue }
                try stream.add(&line)
            }
            try stream.finish()
        } catch {
            guard error.file == nil else { throw error }
            throw GenomicsError(error.code, error.message, file: input, record: lines.number, field: error.field)
        }
        try writer.finish()
        for text in stream.remarks { remark("\(input): \(text)") }
        return stream.summary
    }

    private func header(
        _ lines: inout BGZFLines, path: String, metadata: [String]
    ) throws(GenomicsError) -> (text: String, hasSamples: Bool) {
        var header: [String] = []
        while let line = try lines.next() {
            var text = String(decoding: line, as: UTF8.self)
            if text.last == "\r" { text.removeLast() }
            guard line.first == UInt8(ascii: "#"), header.isEmpty ? text.hasPrefix("##fileformat=VCF") : true else {
                throw GenomicsError(
                    .unsupported,
                    text.hasPrefix("BCF")
                        ? "BCF is not read here; convert it: bcftools view -O z"
                        : "is no VCF: it lacks \(header.isEmpty ? "##fileformat=VCF…" : "the line #CHROM")", file: path,
                    record: lines.number)
            }
            header.append(text)
            guard text.hasPrefix("#CHROM") else { continue }
            let columns = text.split(separator: "\t")
            var added: [String] = metadata.map { "##\($0)" }
            added.append(
                "##INFO=<ID=REF_MISMATCH,Number=0,Type=Flag,Description=\"REF is not what the reference has here; the record is "
                    + "not annotated\">")
            if transcripts != nil {
                added.append(ConsequenceField.definition(isLocal: options.isLocal))
                if options.hasBCSQ {
                    added.append(
                        "##INFO=<ID=BCSQ,Number=.,Type=String,Description=\"Consequences in the form of bcftools csq. Format: "
                            + "Consequence|gene|transcript|biotype|strand|amino_acid_change|dna_change\">")
                }
            }
            for source in sources { added += source.definitions }
            var seen: Set<Substring> = []
            for definition in added where definition.hasPrefix("##INFO=<ID=") {
                let key = definition.dropFirst(11).prefix { $0 != "," }
                let isThere = header.contains { $0.hasPrefix("##INFO=<ID=\(key),") }
                guard !isThere, seen.insert(key).inserted else {
                    throw GenomicsError(
                        .malformed,
                        isThere
                            ? "INFO \(key) is in the file already; remove it (bcftools annotate -x INFO/\(key)), or give what is "
                                + "added a prefix (FILE:TAG=PREFIX)"
                            : "two sources add INFO \(key); give one a prefix (FILE:TAG=PREFIX)", file: path,
                        field: "INFO")
                }
            }
            header.insert(contentsOf: added, at: header.count - 1)
            return (header.joined(separator: "\n") + "\n", columns.count > 9)
        }
        throw GenomicsError(.truncated, "ends before its line #CHROM", file: path)
    }
}
