import Genomics
import Tasks

/// Genes as an annotation has them: a table with the columns `start`, `end` (from 0, half-open) and `strand`, or GFF3.
///
/// What counts as a gene that codes for a protein is decided by the sequence (`sorted`), so that genes of RNA, pseudogenes
/// and parts of either are neither asked for nor held against a prediction.
public struct KnownGenes: Sendable {
    /// A record of the file.
    public struct Record: Sendable, Hashable {
        /// The contig; empty where the table has none.
        public var contig: String
        /// On the forward strand, from 0, half-open.
        public var range: Range<Int>
        /// Whether it is on the reverse strand.
        public var isReverse: Bool
        /// What the file calls it.
        public var name: String

        /// As that of a ``Gene``.
        var stopPlace: Int { isReverse ? range.lowerBound : range.upperBound - 1 }
    }

    /// The records in the order of the file.
    public private(set) var records: [Record] = []

    /// The lengths of contigs that GFF3 names in `##sequence-region`.
    public private(set) var lengths: [String: Int] = [:]

    /// Reads a file, plain or compressed; throws `TaskError` where a line is neither.
    public init(path: String) throws {
        do {
            try read(path)
        } catch let error as GenomicsError where error.code == .malformed || error.code == .truncated {
            throw TaskError(error.description)
        }
        guard !records.isEmpty else { throw TaskError("\(path) holds no gene") }
    }

    private mutating func read(_ path: String) throws {
        var lines = try BGZFLines(path: path)
        var isGFF = false
        while let bytes = try lines.next() {
            var text = String(decoding: bytes, as: UTF8.self)
            if text.hasSuffix("\r") { text.removeLast() }
            if text.hasPrefix("##gff-version") { isGFF = true }
            let words = text.split(separator: " ")
            if words.first == "##sequence-region", words.count == 4 { lengths[String(words[1])] = Int(words[3]) }
            if text.hasPrefix("##FASTA") { break }
            if text.isEmpty || text.hasPrefix("#") { continue }
            let tabs = text.split(separator: "\t", omittingEmptySubsequences: false)
            guard isGFF || tabs.count == 9 && Int(tabs[3]) != nil else {
                let table = try TableFile(path: path, lines: lines, first: bytes)
                guard ["start", "end", "strand"].allSatisfy(table.columns.contains) else {
                    throw TaskError(
                        "\(path), line 1: neither GFF3 nor a header with the columns start, end and strand")
                }
                while let record = try table.next() {
                    records.append(try Self.row(record.fields, table.columns, "\(path), line \(record.line)"))
                }
                return
            }
            isGFF = true
            if let record = try Self.feature(bytes, "\(path), line \(lines.number)") { records.append(record) }
        }
    }

    /// Those of a list.
    init(records: [Record]) { self.records = records }

    /// A gene of a line of GFF3; nil for another feature.
    private static func feature(_ line: ArraySlice<UInt8>, _ place: String) throws -> Record? {
        let feature: GFF3Record
        do throws(GenomicsError) { feature = try GFF3Record(line) } catch { throw TaskError("\(place): \(error)") }
        guard feature.type == "CDS" else { return nil }
        guard let isReverse = feature.isReverse else {
            throw TaskError("\(place): a CDS is on the strand + or -")
        }
        return Record(
            contig: feature.contig, range: feature.range, isReverse: isReverse, name: feature["ID"] ?? "")
    }

    private static func row(_ fields: [String], _ names: [String], _ place: String) throws -> Record {
        func field(_ choices: String...) -> String? {
            choices.lazy.compactMap { names.firstIndex(of: $0) }.first.flatMap {
                fields.indices.contains($0) ? fields[$0] : nil
            }
        }
        guard let start = field("start").flatMap(number), let end = field("end").flatMap(number), start >= 0,
            end > start,
            let strand = field("strand"), strand == "+" || strand == "-"
        else { throw TaskError("\(place): start and end must be numbers, and strand + or -") }
        return Record(
            contig: field("contig", "accession", "chrom") ?? "", range: start..<end, isReverse: strand == "-",
            name: field("gene_name", "name", "gene", "") ?? "")
    }

    /// A whole number, also one that was written as a fraction (`336.0`).
    private static func number(_ text: String) -> Int? {
        Int(text) ?? Double(text).flatMap { Int(exactly: $0) }
    }

    /// Those of a contig.
    public func of(_ contig: String) -> [Record] { records.filter { $0.contig.isEmpty || $0.contig == contig } }

    /// Those of a contig, divided into genes that code for a protein and others.
    ///
    /// A gene begins with ATG, GTG, TTG or, rarely, CTG or an isoleucine's codon, ends with a stop codon and has none within.
    public func sorted(of contig: String, letters: [UInt8]) -> (coding: [Record], other: [Record]) {
        let forward = GeneStrand(letters: letters)
        let reverse = forward.complement
        var (coding, other): ([Record], [Record]) = ([], [])
        for record in of(contig) {
            guard record.range.upperBound <= letters.count else { continue }
            let range =
                record.isReverse
                ? (letters.count - record.range.upperBound)..<(letters.count - record.range.lowerBound) : record.range
            if Self.isCoding((record.isReverse ? reverse : forward).bases, range) {
                coding.append(record)
            } else {
                other.append(record)
            }
        }
        return (coding, other)
    }

    /// The same of a contig whose letters are not at hand: genes that code for a protein are those of whole codons.
    public func sorted(of contig: String) -> (coding: [Record], other: [Record]) {
        let own = of(contig)
        return (own.filter { $0.range.count % 3 == 0 }, own.filter { $0.range.count % 3 != 0 })
    }

    private static func isCoding(_ bases: [UInt8], _ range: Range<Int>) -> Bool {
        guard range.count % 3 == 0, range.count >= 6,
            let first = GeneticCode.codon(bases, at: range.lowerBound), [14, 46, 62, 30, 12, 13, 15].contains(first),
            let last = GeneticCode.codon(bases, at: range.upperBound - 3), GeneticCode.isStop(last)
        else { return false }
        return !stride(from: range.lowerBound, to: range.upperBound - 3, by: 3).contains {
            GeneticCode.codon(bases, at: $0).map(GeneticCode.isStop) ?? false
        }
    }
}
