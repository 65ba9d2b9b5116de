import Foundation
import Genomics
import Hashing

/// The genes whose pathogenic variants are to be told whatever the question was.
///
/// The list is that of the American College of Medical Genetics and Genomics (ACMG SF; Miller and others 2021, 2022 and 2023; Lee and others 2025).
public struct SecondaryFindingList: Sendable {
    /// What is to be reported of a gene, of its pathogenic and likely pathogenic variants.
    public enum Rule: String, Sendable, Hashable, Codable, CaseIterable {
        /// Each of them, one copy or more.
        case all
        /// Two of them on different chromosomes, or one in both copies.
        case two
        /// Those that cut the protein short.
        case truncating
        /// HFE p.Cys282Tyr in both copies.
        case c282yHomozygotes = "C282Y homozygotes"
    }

    /// A gene with a disease.
    public struct Entry: Sendable, Hashable {
        /// The gene's symbol.
        public var gene: String
        /// The disease in the words of the list.
        public var disease: String
        /// OMIM's number of the disease, `OMIM:154700`; empty where the list has none, the first of several.
        public var diseaseID: String
        /// `AD`, `AR` or `XL`.
        public var inheritance: String
        /// What is reported.
        public var rule: Rule
        /// The version of the list that the gene came with.
        public var since: String
        /// The statement that says so.
        public var source: String
    }

    /// The version of the list: rows of later versions are left out.
    public let version: String
    /// In the order of the file.
    public let entries: [Entry]
    /// The file, for a report's provenance.
    public let source: ClinicalReport.Source

    /// The versions that the suite's table can be taken as.
    public static let versions = ["3.0", "3.1", "3.2", "3.3"]

    /// The list that comes with the suite, as of one of its ``versions``; licences are in `LICENCES.md` beside it.
    public static func bundled(version: String = "3.3") throws(GenomicsError) -> SecondaryFindingList {
        guard let folder = Bundle.module.url(forResource: "Knowledge", withExtension: nil) else {
            throw GenomicsError(
                .cannotRead, "the suite's list of secondary findings is not installed beside the program")
        }
        return try SecondaryFindingList(
            path: folder.appending(path: "SecondaryFindings/acmg_sf_v3.3.tsv").path, version: version)
    }

    /// Reads a table with the columns `gene`, `disease`, `disease_id`, `inheritance`, `since`, `report` and `source`.
    ///
    /// Without a version the whole table is taken, as of its newest row. Throws where a column lacks, a rule is none, or the table has no row of
    /// the version or an earlier one.
    public init(path: String, version: String? = nil) throws(GenomicsError) {
        guard let newest = version.map(Self.number) ?? .max else {
            throw GenomicsError(
                .malformed, "\"\(version ?? "")\" is no version of the list such as 3.2", file: path)
        }
        let table = try TableFile(path: path)
        var places: [Int] = []
        for name in ["gene", "disease", "disease_id", "inheritance", "since", "report", "source"] {
            places.append(try table.place(of: name))
        }
        var entries: [Entry] = []
        while let record = try table.nextWhole() {
            let fields = places.map { record.fields[$0] }
            guard let rule = Rule(rawValue: fields[5]), let since = Self.number(fields[4]) else {
                throw GenomicsError(
                    .malformed,
                    "line \(record.line): since \"\(fields[4])\" is no version, or report \"\(fields[5])\" none of "
                        + Rule.allCases.map(\.rawValue).joined(separator: ", "), file: path, record: record.number + 1)
            }
            if since > newest { continue }
            entries.append(
                Entry(
                    gene: fields[0], disease: fields[1],
                    diseaseID: fields[2].split(separator: ",").first.map(String.init) ?? "", inheritance: fields[3],
                    rule: rule, since: fields[4], source: fields[6]))
        }
        guard let last = entries.max(by: { Self.number($0.since) ?? 0 < Self.number($1.since) ?? 0 }) else {
            throw GenomicsError(.malformed, "has no gene of version \(version ?? "") or earlier", file: path)
        }
        self.entries = entries
        let version = version ?? last.since
        self.version = version
        let digest: String
        do { digest = try SHA256Digest.hexadecimal(ofFile: path) } catch {
            throw GenomicsError(.cannotRead, "\(error)", file: path)
        }
        source = ClinicalReport.Source(
            name: "acmg-sf", version: version, digest: digest,
            licence: "facts of a published list; see Shared/Clinical/Knowledge/SecondaryFindings/LICENCES.md")
    }

    /// `3.1` as 301, so that 3.10 would follow 3.9.
    private static func number(_ version: String) -> Int? {
        let parts = version.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let major = parts[0], let minor = parts[1], (0...999).contains(major),
            (0...99).contains(minor)
        else { return nil }
        return major * 100 + minor
    }
}
