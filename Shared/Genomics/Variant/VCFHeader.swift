/// The header of a VCF file that is written.
public struct VCFHeader: Sendable, Hashable {
    /// A FILTER, INFO or FORMAT line.
    public struct Definition: Sendable, Hashable {
        /// The key.
        public var id: String
        /// How many values: a number, `A`, `R`, `G` or `.`; nil for a filter.
        public var number: String?
        /// `Integer`, `Float`, `String`, `Character` or `Flag`; nil for a filter.
        public var type: String?
        /// What it means, in plain words.
        public var description: String

        /// Defines an INFO or FORMAT key.
        public init(_ id: String, number: String, type: String, _ description: String) {
            self.id = id
            self.number = number
            self.type = type
            self.description = description
        }

        /// Defines a filter or a symbolic allele.
        public init(filter id: String, _ description: String) {
            self.id = id
            self.description = description
        }

        fileprivate func line(_ kind: String) -> String {
            let quoted = description.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
            let shape = number.flatMap { number in type.map { "Number=\(number),Type=\($0)," } } ?? ""
            return "##\(kind)=<ID=\(id),\(shape)Description=\"\(quoted)\">"
        }
    }

    /// The contigs, in the order of the records.
    public var contigs: [Contig]
    /// The name of the one sample, nil for sites alone.
    public var sample: String?
    /// The program that called.
    public var source: String?
    /// The filters besides `PASS`.
    public var filters: [Definition]
    /// The INFO keys.
    public var info: [Definition]
    /// The FORMAT keys; `GT` belongs to them.
    public var formats: [Definition]
    /// The symbolic alternate alleles, without their brackets.
    public var alternates: [Definition] = []
    /// Further `##key=value` lines, without the signs.
    public var metadata: [Variant.Field]

    /// Makes a header.
    public init(
        contigs: [Contig], sample: String?, source: String? = nil, filters: [Definition] = [],
        info: [Definition] = [], formats: [Definition] = [], metadata: [Variant.Field] = []
    ) {
        self.contigs = contigs
        self.sample = sample
        self.source = source
        self.filters = filters
        self.info = info
        self.formats = formats
        self.metadata = metadata
    }

    /// The text of the header with the column line.
    public var text: String {
        var lines = ["##fileformat=VCFv4.3"]
        if let source { lines.append("##source=\(source)") }
        lines += metadata.map { "##\($0.key)=\($0.value)" }
        lines += contigs.map { "##contig=<ID=\($0.name)\($0.length > 0 ? ",length=\($0.length)" : "")>" }
        lines.append("##FILTER=<ID=PASS,Description=\"All filters passed\">")
        lines += alternates.map { $0.line("ALT") }
        lines += filters.map { $0.line("FILTER") }
        lines += info.map { $0.line("INFO") }
        lines += formats.map { $0.line("FORMAT") }
        let columns = ["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO"]
        lines.append((columns + (sample.map { ["FORMAT", $0] } ?? [])).joined(separator: "\t"))
        return lines.joined(separator: "\n") + "\n"
    }
}
