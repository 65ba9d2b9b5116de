import Genomics

/// Reads the alleles of one person from a VCF or BCF file that `helicase annotate` or Ensembl's VEP annotated, one at a time.
///
/// What a record says of consequences (INFO `CSQ`), frequencies and ClinVar comes with each allele that the person has; what it does not say is
/// nil. Memory is that of a record. Not for two threads at once; reading blocks.
public struct AnnotatedVCF: ~Copyable {
    /// What to read.
    public struct Options: Sendable, Hashable {
        /// Whose genotypes to read; the file's only sample where nil.
        public var sample: String?
        /// All alleles of the file whoever has them, without calls.
        public var isSitesOnly = false
        /// The chosen transcript of each allele alone: PICK, else MANE Select, else the canonical one, else the first.
        public var isChosenOnly = false
        /// Prefixes of INFO fields of frequencies, such as `gnomad_`, with their source, such as `gnomad@2.1.1`.
        ///
        /// Nil takes each prefix that ends in `_` and goes on with `AF` in a field that the header defines, under its own name.
        public var frequencies: [String: String]?
        /// Relatives in the same file of text, whose copies of each allele are read too (``AnnotatedVCF/relatives``).
        public var relatives: [String] = []
        /// The source of ClinVar's fields, `clinvar@2026-11`.
        public var clinVar = "clinvar"

        /// The usual options.
        public init() {}
    }

    /// Records and what became of their alleles: the alleles that were read, and those of the other counts, are all that ALT has.
    public struct Counts: Sendable, Hashable, Codable {
        /// Records.
        public var records = 0
        /// Alleles that were read.
        public var alleles = 0
        /// Alleles that the person does not have.
        public var absent = 0
        /// Alleles of records where the person's genotype is not known, none of it.
        public var uncalled = 0
        /// `*`, `<*>` and `<NON_REF>`, which are no alleles of their own.
        public var placeholders = 0
        /// Records of several ALTs with a word of ClinVar, of which nobody knows which ALT it is for; it is left out.
        public var sharedClinVar = 0
    }

    /// The sample that is read; nil of a file without samples, and where all sites are read.
    public let sample: String?
    /// The sources whose frequencies the header defines: an allele without one of them is not in it.
    public let frequencySources: [String]
    /// Whether the header defines ClinVar's fields: an allele without a word of ClinVar is not in it.
    public let hasClinVar: Bool
    /// The contigs of the header; a length of 0 is not known.
    public let contigs: [Contig]
    /// What was read so far.
    public var counts: Counts { parser.counts }

    /// How many copies of the last allele the relatives have, in their order; nil where the call is missing, or too weak to tell.
    ///
    /// A call of fewer than 10 reads (DP), or of a GQ below 20, is too weak; so is one without the allele where two reads and one in twenty show it (AD).
    public var relatives: [Int?] { parser.relatives }

    private var reader: VCFReader
    private let parser: AnnotatedRecord

    /// Opens a file.
    ///
    /// Throws for one that is no VCF, that has no INFO `CSQ`, that has several samples of which none is chosen, and that lacks a chosen sample
    /// or source of frequencies.
    public init(path: String, options: Options = Options()) throws(GenomicsError) {
        let reader = try VCFReader(path: path, sample: options.sample)
        let header = reader.headerText
        let definitions = InfoDefinition.all(header)
        let samples = reader.samples
        guard samples.count < 2 || options.sample != nil || options.isSitesOnly else {
            let names = samples.prefix(10).joined(separator: ", ") + (samples.count > 10 ? ", …" : "")
            throw GenomicsError(
                .sampleMismatch, "the file holds \(samples.count) samples, \(names); say which one is meant",
                file: path,
                field: "#CHROM")
        }
        guard let consequences = definitions.first(where: { $0.id == "CSQ" }) else {
            throw GenomicsError(
                .malformed,
                "INFO CSQ is not defined: what variants do to transcripts is not in the file; add it: helicase annotate --variants \(path) "
                    + "--reference R.fa --transcripts T.gff3 --output O.vcf.gz", file: path, field: "INFO")
        }
        for name in options.relatives {
            guard reader.columnCount != nil, samples.contains(name) else {
                throw GenomicsError(
                    .sampleMismatch,
                    reader.columnCount == nil
                        ? "relatives are read from VCF; convert BCF: bcftools view -O z"
                        : "there is no sample \"\(name)\" in the file, a relative whose calls are asked for",
                    file: path,
                    field: "#CHROM")
            }
        }
        var fields = InfoFields()
        let place = fields.add("CSQ", number: ".")
        let frequencies = try FrequencyFields(
            definitions, prefixes: options.frequencies, fields: &fields, path: path)
        let clinVar = ClinVarFields(definitions, header: header, label: options.clinVar, fields: &fields)
        let rows = try ConsequenceRows(
            definition: consequences.line, isChosenOnly: options.isChosenOnly, path: path)
        sample = options.isSitesOnly ? nil : options.sample ?? samples.first
        frequencySources = frequencies.labels
        hasClinVar = clinVar.isThere
        contigs = reader.contigs
        parser = AnnotatedRecord(
            sampleColumn: sample == nil ? nil : reader.sampleColumn,
            relativeColumns: options.relatives.map { name in 9 + (samples.firstIndex(of: name) ?? 0) },
            columnCount: reader.columnCount, fields: fields,
            consequencePlace: place, rows: rows, frequencies: frequencies, clinVar: clinVar)
        self.reader = reader
    }

    /// The next allele, in the order of the file and of ALT; nil behind the last.
    ///
    /// Throws with the record and the field for a value that cannot be read as its field's; the next call goes on behind that record.
    public mutating func next() throws(GenomicsError) -> AnnotatedAllele? {
        while true {
            if let allele = parser.nextWaiting() { return allele }
            let parser = parser
            let isThere: Void? = try reader.withNextLine { (line) throws(GenomicsError) in try parser.read(line) }
            if isThere == nil { return nil }
        }
    }
}
