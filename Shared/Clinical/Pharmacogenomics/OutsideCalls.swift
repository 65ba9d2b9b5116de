import Genomics

/// Alleles that another program or laboratory found: of genes with copies and hybrids (CYP2D6), of HLA, of the mitochondrion.
public struct OutsideCalls: Sendable {
    /// A line of the file.
    public struct Call: Sendable, Hashable {
        /// The alleles, one or two.
        public var alleles: [String]
        /// A phenotype that the file states.
        public var phenotype: String?
        /// An activity score that the file states.
        public var activityScore: String?
    }

    /// The calls by gene, in the order of the file.
    public private(set) var calls: [String: [Call]] = [:]

    /// No calls.
    public init() {}

    /// Reads PharmCAT's format: gene, diplotype, and optionally phenotype and activity score, separated by tabs; `#` begins a comment.
    ///
    /// Throws for a line that is none, and for a gene that is not among `genes`.
    public init(path: String, genes: [String]) throws(GenomicsError) {
        var lines = try BGZFLines(path: path)
        while let line = try lines.next() {
            let text = String(decoding: line.last == 0x0d ? line.dropLast() : line, as: UTF8.self)
            let fields = text.split(separator: "\t", omittingEmptySubsequences: false).map { Self.trimmed($0) }
            if fields.allSatisfy(\.isEmpty) || text.hasPrefix("#") { continue }
            func flaw(_ message: String, _ field: String? = nil) -> GenomicsError {
                GenomicsError(.malformed, message, file: path, record: lines.number, field: field)
            }
            guard (2...4).contains(fields.count) else {
                throw flaw(
                    "\(fields.count) columns; a line has a gene, a diplotype, and may have a phenotype and an activity score"
                )
            }
            let gene = fields[0]
            guard genes.contains(gene) else {
                throw flaw("\"\(gene.prefix(40))\" is none of the genes \(genes.joined(separator: ", "))", "gene")
            }
            let alleles = fields[1].split(separator: "/", omittingEmptySubsequences: false).map {
                Self.allele(Self.trimmed($0), gene: gene)
            }
            guard fields[1].isEmpty || (1...2).contains(alleles.count) && alleles.allSatisfy({ !$0.isEmpty }) else {
                throw flaw("\"\(fields[1].prefix(60))\" is no diplotype", "diplotype")
            }
            if gene.hasPrefix("HLA-"), !fields[1].isEmpty, let odd = alleles.first(where: { !HLAAllele.isName($0) }) {
                throw flaw("\"\(odd.prefix(40))\" is no allele of \(gene), such as *57:01", "diplotype")
            }
            let rest = fields.dropFirst(2).map { $0.isEmpty ? nil : $0 }
            let call = Call(
                alleles: fields[1].isEmpty ? [] : alleles, phenotype: rest.first ?? nil,
                activityScore: rest.dropFirst().first ?? nil)
            guard !call.alleles.isEmpty || call.phenotype != nil || call.activityScore != nil else {
                throw flaw("the line says nothing of \(gene)", "diplotype")
            }
            calls[gene, default: []].append(call)
        }
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }

    /// An allele without the gene in front of it (`HLA-B*57:01`), tandems written `*36 + *10`.
    private static func allele(_ text: String, gene: String) -> String {
        if gene.hasPrefix("HLA-") { return HLAAllele.normalized(text, gene: gene) }
        let own = text.hasPrefix("\(gene)*") ? String(text.dropFirst(gene.count)) : text
        guard own.hasPrefix("*"), own.contains("+") else { return own }
        return own.split(separator: "+").map { trimmed($0) }.joined(separator: " + ")
    }
}
