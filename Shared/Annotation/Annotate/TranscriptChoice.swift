import Genomics

/// The rule by which one transcript is chosen for an allele.
///
/// MANE Select before transcripts of a given list (such as LRG's reference standards), RefSeq Select, Ensembl canonical, APPRIS principal, and the
/// others; among transcripts of one kind the one on which the allele's consequence is most severe; of those without a tag the longest coding
/// sequence comes first. Ties go to the smaller accession.
public struct TranscriptChoice: Sendable {
    /// Accessions, with or without versions, that come right behind MANE Select.
    public var preferred: Set<String>

    /// Makes the rule with a list of preferred accessions.
    public init(preferred: Set<String> = []) { self.preferred = preferred }

    /// Reads a list of accessions: the first column of a table, or of NCBI's `LRG_RefSeqGene` the column `RNA` of reference standards.
    public init(path: String) throws(GenomicsError) {
        var lines = try BGZFLines(path: path)
        var preferred: Set<String> = []
        var column = 0
        var category: Int?
        while let line = try lines.next() {
            let columns = String(decoding: line, as: UTF8.self).split(
                omittingEmptySubsequences: false, whereSeparator: { $0 == "\t" || $0.isNewline })
            if line.first == UInt8(ascii: "#") {
                column = columns.firstIndex(of: "RNA") ?? 0
                category = columns.firstIndex(of: "Category")
                continue
            }
            guard columns.indices.contains(column), !columns[column].isEmpty else { continue }
            if let category, columns.indices.contains(category), columns[category] != "reference standard" { continue }
            preferred.insert(String(columns[column]))
        }
        guard !preferred.isEmpty else { throw GenomicsError(.malformed, "holds no accession", file: path) }
        self.preferred = preferred
    }

    /// The rank of a transcript by its kind, 0 for the first.
    func rank(_ transcript: Transcript) -> Int {
        if transcript.flags.contains(.maneSelect) { return 0 }
        if preferred.contains(transcript.id) || preferred.contains(transcript.accession) { return 1 }
        if transcript.flags.contains(.refSeqSelect) { return 2 }
        if transcript.flags.contains(.ensemblCanonical) { return 3 }
        if transcript.flags.contains(.apprisPrincipal) { return 4 }
        return 5
    }

    /// What the rule knows of a transcript: its kind, and the length of its coding sequence.
    struct Standing {
        var rank: Int
        var codingLength: Int
    }

    /// The standing of a transcript.
    func standing(_ transcript: Transcript) -> Standing {
        Standing(rank: rank(transcript), codingLength: transcript.codingLength)
    }

    /// Whether the first of two comes before the other; severities as ``Consequence/severity``, and `isSmaller` compares the accessions.
    static func isBefore(
        _ a: Standing, severity one: Int, _ b: Standing, severity two: Int, isSmaller: @autoclosure () -> Bool
    ) -> Bool {
        if a.rank != b.rank { return a.rank < b.rank }
        if a.rank < 5, one != two { return one < two }
        if a.codingLength != b.codingLength { return a.codingLength > b.codingLength }
        if one != two { return one < two }
        return isSmaller()
    }
}
