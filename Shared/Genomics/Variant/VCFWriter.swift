/// Writes a VCF 4.3 file, compressed by bgzf and indexed: `.tbi`, or `.csi` where a contig is longer than that can say.
///
/// The file appears under its name, with its index, when ``finish()`` returns (``OutputFile``). The same header and records
/// give the same bytes. Writing blocks.
public struct VCFWriter: ~Copyable {
    private let path: String
    private let header: VCFHeader
    private let ranks: [String: Int]
    private let file: BGZFOutput
    private var last = (rank: -1, position: 0)
    private var count = 0
    /// The suffix of the index: `.tbi` or `.csi`.
    public private(set) var indexSuffix: String

    /// Begins a file; the name usually ends in `.vcf.gz`.
    public init(path: String, header: VCFHeader) throws(GenomicsError) {
        let file = try BGZFOutput(path: path, mode: "w")
        try file.write(header.text.utf8)
        self.path = path
        self.header = header
        self.file = file
        ranks = Dictionary(header.contigs.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
        indexSuffix = header.contigs.contains { $0.length > VCFIndex.tabixLimit } ? ".csi" : ".tbi"
    }

    /// Appends a record; records come in the order of the header's contigs and of their positions.
    public mutating func write(_ variant: Variant) throws(GenomicsError) {
        count += 1
        guard let rank = ranks[variant.contig] else {
            throw refused("the contig \"\(variant.contig)\" is not in the header", "#CHROM")
        }
        guard (rank, variant.position) >= last else {
            throw refused("\(variant.contig):\(variant.position) comes behind a later position", "POS")
        }
        let length = header.contigs[rank].length
        guard variant.position >= 1, length == 0 || variant.referenceRange.upperBound <= length else {
            throw refused("\(variant.contig):\(variant.position) lies outside the contig of \(length) bases", "POS")
        }
        guard !variant.reference.isEmpty, variant.alternates.allSatisfy({ !$0.isEmpty }) else {
            throw refused("an allele is empty", "ALT")
        }
        let line = variant.vcfLine(hasSample: header.sample != nil)
        let tabs = line.utf8.count { $0 == UInt8(ascii: "\t") }
        guard tabs == (header.sample == nil ? 7 : 9), !line.utf8.contains(UInt8(ascii: "\n")) else {
            throw refused("a value holds a tab or a line end; percent-encode it", "INFO")
        }
        try file.write(line.utf8)
        try file.write(CollectionOfOne(UInt8(ascii: "\n")))
        if variant.referenceRange.upperBound > VCFIndex.tabixLimit { indexSuffix = ".csi" }
        last = (rank, variant.position)
    }

    /// Closes the file, writes its index and gives both their names.
    public mutating func finish() throws(GenomicsError) {
        if try file.close() { try VCFIndex.commit(file.output, path: path, suffix: indexSuffix) }
    }

    private func refused(_ message: String, _ field: String) -> GenomicsError {
        GenomicsError(.malformed, message, file: path, record: count, field: field)
    }
}
