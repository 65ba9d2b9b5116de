import Foundation
import Genomics
import Tasks

/// The records of a VCF as items: of each alternate allele the bases around it, as many as the models need that are asked.
///
/// A record that cannot be used is an item with its problem; an allele that cannot be, is noted with the others of its record.
final class VariantSource: ItemSource {
    let columns = VariantItem.columns
    private let reference: ReferenceGenome
    private let flank: Int
    private let classField: [UInt8]
    private var lines: VariantLines
    private var number = 0
    private let encoder = JSONEncoder()

    /// Bases on each side of a change where nobody says what the model reads.
    static let flank = 1000
    /// The most bases on each side that can be asked for.
    static let longestFlank = 100_000
    /// Bases of all alternate alleles of a record, with what is around them, that travel at most.
    private static let longest = 400_000

    init(path: String, reference: ReferenceGenome, flank: Int, class name: String?) throws {
        self.reference = reference
        self.flank = flank
        classField = Array((name ?? "").utf8)
        lines = try VariantLines(path: path)
        encoder.outputFormatting = .sortedKeys
        while let line = try lines.nextOfHeader() {
            guard !line.hasPrefix("##INFO=<ID=EFFECT,") else {
                throw GenomicsError(
                    .unsupported, "has an INFO field EFFECT already; remove it: bcftools annotate -x INFO/EFFECT",
                    file: path)
            }
        }
    }

    var bytesRead: Int64 { lines.bytesRead }
    var totalBytes: Int64? { lines.totalBytes }

    func next() throws -> Item? {
        guard let line = try lines.next() else { return nil }
        defer { number += 1 }
        guard let record = VariantRecord(line) else {
            return Item(record: number, name: "line \(lines.number)", problem: VariantRecord.rule)
        }
        var bases = 0
        var item = VariantItem(position: record.position - 1, alternates: [])
        for alternate in record.alternates {
            var entry = self.alternate(alternate, of: record)
            bases += entry.around.utf8.count + entry.inserted.utf8.count
            if bases > Self.longest { entry = .init(problem: "its alleles are longer than can be scored") }
            item.alternates.append(entry)
        }
        return Item(record: number, name: record.name, fields: [Array(try encoder.encode(item)), classField])
    }

    private func alternate(_ alternate: String, of record: VariantRecord) -> VariantItem.Alternate {
        // There is no allele of this record: none, or one that another record deletes.
        if alternate == "." || alternate == "*" { return .init(problem: nil) }
        guard
            let allele = Allele(
                contig: record.contig, position: record.position, reference: record.reference, alternate: alternate)
        else {
            return .init(
                problem:
                    "REF \(record.reference.prefix(40)), ALT \(alternate.prefix(40)): this is not spelled in bases")
        }
        do throws(GenomicsError) {
            return .init(try VariantContext(allele, flank: flank, genome: reference))
        } catch {
            return .init(problem: error.description)
        }
    }
}

/// The columns of a line of VCF that say what is changed.
struct VariantRecord {
    let contig: String
    /// Counted from 1.
    let position: Int
    let reference: String
    let alternates: [String]

    /// What a line is that is none.
    static let rule = "no record of VCF: CHROM, POS, ID, REF, ALT, QUAL, FILTER and INFO are needed"

    /// Nil for a line that is no record.
    init?(_ line: String) {
        let columns = line.split(separator: "\t", maxSplits: 8, omittingEmptySubsequences: false)
        guard columns.count >= 8, let position = Int(columns[1]), (1...1 << 40).contains(position) else { return nil }
        contig = String(columns[0])
        self.position = position
        reference = String(columns[3])
        alternates = columns[4].split(separator: ",").map(String.init)
    }

    /// `chr20:100:A:T`, of long alleles the beginning.
    var name: String {
        func short(_ text: String) -> String { text.utf8.count <= 40 ? text : "\(text.prefix(40))…" }
        return Item.plain("\(contig):\(position):\(short(reference)):\(short(alternates.joined(separator: ",")))")
    }
}

/// The lines of a VCF as text, first those of the header.
struct VariantLines: ~Copyable {
    private let path: String
    private var lines: BGZFLines
    private var hasHeader = false

    init(path: String) throws(GenomicsError) {
        self.path = path
        lines = try BGZFLines(path: path)
    }

    var number: Int { lines.number }
    var bytesRead: Int64 { lines.bytesRead }
    var totalBytes: Int64? { lines.totalBytes }

    /// The next line of the header, nil behind `#CHROM`; throws where there is no such line.
    mutating func nextOfHeader() throws(GenomicsError) -> String? {
        if hasHeader { return nil }
        guard let line = try text(), line.hasPrefix("#") else {
            throw GenomicsError(.malformed, "is no text of VCF: its header has no line #CHROM", file: path)
        }
        hasHeader = line.hasPrefix("#CHROM")
        return line
    }

    /// The next record's line, nil behind the last; empty lines are none.
    mutating func next() throws(GenomicsError) -> String? {
        while let line = try text() { if !line.isEmpty { return line } }
        return nil
    }

    private mutating func text() throws(GenomicsError) -> String? {
        guard let bytes = try lines.next() else { return nil }
        return String(decoding: bytes.last == 0x0d ? bytes.dropLast() : bytes, as: UTF8.self)
    }
}
