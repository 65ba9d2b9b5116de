import Genomics

/// A scoring file of the PGS Catalog: as its authors gave it, harmonised to a genome build (`hm_` columns), or as a plain table.
///
/// The format is that of pgscatalog.org/downloads, versions 1 and 2: lines of `#key=value` and a table with a header. Rows that no VCF record
/// can match (haplotypes, HLA types, interactions) are kept with their reason, for they count in the coverage.
public struct ScoreFile: Sendable {
    /// The path.
    public let path: String
    /// The header's values by their keys, in lower case with `_` for blanks.
    public let header: [String: String]
    /// The rows, in the order of the file.
    public let rows: [ScoreRow]

    /// The score's identifier, such as PGS000001.
    public var identifier: String? { header["pgs_id"] }
    /// What the score is of, in its authors' words.
    public var trait: String? { header["trait_reported"] ?? header["reported_trait"] }
    /// The build of ``ScoreRow/original``; nil where the header does not say it (`NR`).
    public var build: GenomeBuild? {
        (header["genome_build"] ?? header["original_genome_build"]).flatMap { GenomeBuild(name: $0) }
    }
    /// The build of ``ScoreRow/harmonized``.
    public var harmonizedBuild: GenomeBuild? { header["hmpos_build"].flatMap { GenomeBuild(name: $0) } }

    /// Reads a file, plain or compressed.
    ///
    /// Throws for a table without effect alleles or weights, a row of another width, a number that is none, a weight that is not finite, and
    /// weights that are odds or hazard ratios, which do not add up.
    public init(path: String) throws(GenomicsError) {
        var lines = try BGZFLines(path: path)
        var header: [String: String] = [:]
        var first = try lines.next()
        while let line = first, line.first == UInt8(ascii: "#") || line.allSatisfy({ $0 <= 0x20 }) {
            let text = String(decoding: line.drop { $0 == UInt8(ascii: "#") }, as: UTF8.self)
            if let sign = text.firstIndex(of: "=") {
                let words = text[..<sign].lowercased().split(whereSeparator: \.isWhitespace)
                header[words.joined(separator: "_")] = Self.trimmed(text[text.index(after: sign)...])
            }
            first = try lines.next()
        }
        if let type = header["weight_type"], ["or", "hr"].contains(type.lowercased()) {
            throw GenomicsError(
                .unsupported,
                "the weights are ratios (weight_type=\(type)), whose sum means nothing; take their logarithms",
                file: path, field: "weight_type")
        }
        let table = try TableFile(path: path, lines: lines, first: first)
        let columns = try ScoreColumns(table)
        var rows: [ScoreRow] = []
        while let record = try table.nextWhole() { rows.append(try columns.row(record, file: path)) }
        guard !rows.isEmpty else { throw GenomicsError(.malformed, "the score has no variants", file: path) }
        (self.path, self.header, self.rows) = (path, header, rows)
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
