import Genomics

/// A file that others publish, in the part that it plays for a report.
public struct KnowledgeFile: Sendable, Hashable, Codable {
    /// What a file is for.
    public enum Role: String, Sendable, Hashable, Codable, CaseIterable {
        /// Genes and their transcripts (GFF3).
        case transcripts
        /// ClinVar, as its VCF.
        case clinVar = "clinvar"
        /// How often alleles are in populations, a VCF with AF, AC and AN.
        case frequencies
        /// HPO's terms (OBO).
        case ontology
        /// HPO's annotations of diseases (HPOA).
        case phenotypes
        /// Which genes cause which diseases, a table.
        case genes
        /// The genes whose pathogenic variants are told beside the question, a table (``SecondaryFindingList``); the suite's list without one.
        case secondary
        /// A polygenic score, a scoring file of the PGS Catalog.
        case scores
        /// The people among whom a score's percentile is told, a VCF.
        case panel
        /// The populations of these people, a table.
        case labels
    }

    /// What it is for.
    public var role: Role
    /// The name, as reports call it.
    public var name: String
    /// The version; empty where it has none.
    public var version: String
    /// Where it lies.
    public var path: String
    /// Its SHA-256, in hexadecimal.
    public var digest: String
    /// On what terms it may be used; nil where nobody said.
    public var licence: String?

    /// A file.
    public init(
        role: Role, name: String, version: String = "", path: String, digest: String, licence: String? = nil
    ) {
        self.role = role
        self.name = name
        self.version = version
        self.path = path
        self.digest = digest
        self.licence = licence
    }

    /// How a report names it.
    var source: ClinicalReport.Source {
        ClinicalReport.Source(name: name, version: version, digest: digest, licence: licence)
    }

    /// What its INFO fields begin with beside a person's calls.
    var prefix: String {
        String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" }) + "_"
    }

    /// The part that a VCF plays, by its header; nil where it says neither frequencies nor ClinVar's words.
    public static func role(ofVCF path: String) throws(GenomicsError) -> Role? {
        let ids = try infoIDs(path)
        if ids.contains("CLNSIG") { return .clinVar }
        return ids.contains("AF") || ids.contains("AC") && ids.contains("AN") ? .frequencies : nil
    }

    /// The part that a table plays, by its columns; nil where they say none.
    public static func role(ofTable path: String) throws(GenomicsError) -> Role? {
        let columns = Set(try TableFile(path: path).columns)
        if columns.isSuperset(of: ["since", "report"]) { return .secondary }
        if columns.isSuperset(of: ["sample", "superpopulation"]) { return .labels }
        return columns.contains("gene_symbol") ? .genes : nil
    }

    /// The fields of a VCF that a report uses, in the header's order.
    func fields() throws(GenomicsError) -> [String] {
        let ids = try Self.infoIDs(path)
        switch role {
        case .clinVar: return ids.filter(["CLNSIG", "CLNREVSTAT", "CLNDN", "ALLELEID"].contains)
        case .frequencies:
            let measures: Set<Substring> = ["AF", "AC", "AN", "nhomalt"]
            return ids.filter { id in
                let words = id.split(separator: "_", omittingEmptySubsequences: false)
                guard words.count <= 2, let first = words.first, let last = words.last else { return false }
                return measures.contains(first) || measures.contains(last)
            }
        default: return []
        }
    }

    private static func infoIDs(_ path: String) throws(GenomicsError) -> [String] {
        let lines = try IndexedLines(path: path)
        return lines.header.compactMap { line in
            guard line.hasPrefix("##INFO=<ID=") else { return nil }
            return String(line.dropFirst(11).prefix { $0 != "," && $0 != ">" })
        }
    }
}
