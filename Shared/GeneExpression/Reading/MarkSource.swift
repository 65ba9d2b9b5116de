import Foundation
import Genomics
import Tasks

/// Genes of Arabidopsis with their marks, and with their promoters where a table of those is given.
///
/// The promoters are held in memory, some 300 bytes a gene; of several of one gene the first is read and all are counted.
final class MarkSource: ItemSource {
    static let marks = [
        "DNaseI", "H3K27ac", "H3K27me1", "H3K27me3", "H3K36me3", "H3K4me1", "H3K4me2", "H3K4me3", "H3K9ac", "H3K9me2",
    ]

    /// What is said of the promoters of a gene, behind the marks: whether there are any, how many, and of how many the class is TATA.
    static let numbersOfPromoter = 3

    let columns = ExpressionRecord.columns
    private let table: TableFile
    private let gene: Int
    private let places: [Int]
    private let changes: ChangedColumns
    private var promoters: [String: Promoter] = [:]
    private var seen: [String: Int] = [:]

    private struct Promoter {
        var letters: String
        var problem: String?
        var count = 1
        var tata = 0
    }

    init(path: String, sequences: String?, changes: String? = nil) throws {
        table = try TableFile(path: path)
        gene = try table.place(of: "gene")
        let table = table
        places = try Self.marks.map { try table.place(of: $0) }
        self.changes = try ChangedColumns(
            ColumnChange.all(changes, readable: Self.marks), table: table, numbers: Self.marks)
        if let sequences { try read(sequences) }
    }

    var bytesRead: Int64 { table.bytesRead }
    var totalBytes: Int64? { table.totalBytes }

    private func read(_ path: String) throws {
        let file = try TableFile(path: path)
        let (gene, letters) = (try file.place(of: "gene"), try file.place(of: "sequence"))
        let kind = file.columns.firstIndex(of: "class")
        while let record = try file.nextWhole() {
            let isTATA = kind.map { record.fields[$0] == "TATA" } ?? false
            let own = record.fields[letters]
            var promoter = promoters[record.fields[gene]] ?? Promoter(letters: own, count: 0)
            if promoter.count == 0, let flaw = ExpressionTask.flaw(own, length: ExpressionKind.arabidopsis.bases) {
                promoter.problem = "\(flaw) (\(path), line \(record.line))"
            }
            promoter.count += 1
            promoter.tata += isTATA ? 1 : 0
            promoters[record.fields[gene]] = promoter
        }
    }

    func next() throws -> Item? {
        guard var record = try table.next() else { return nil }
        let name = gene < record.fields.count ? record.fields[gene] : ""
        func refused(_ problem: String) -> Item { Item(record: record.number, name: name, problem: problem) }
        if let flaw = table.flaw(of: record) { return refused(flaw) }
        guard !name.isEmpty else { return refused("the gene has no name") }
        if let first = seen[name] { return refused("the gene is there twice, first as record \(first)") }
        seen[name] = record.number
        if let problem = changes.change(&record.fields) { return refused(problem) }
        var values: [Float] = []
        for (mark, place) in zip(Self.marks, places) {
            guard let value = Float(record.fields[place]), value.isFinite else {
                return refused("\(mark) is \"\(record.fields[place])\", which is no number")
            }
            values.append(value)
        }
        let promoter = promoters[name]
        if let problem = promoter?.problem { return refused("its promoter: \(problem)") }
        values += promoter.map { [1, Float($0.count), Float($0.tata)] } ?? [0, 0, 0]
        values += Self.place(name)
        return ExpressionRecord.item(
            record.number, name: name, values: values,
            letters: promoter?.letters ?? String(repeating: "=", count: ExpressionKind.arabidopsis.bases))
    }

    /// What a locus name of the Arabidopsis Genome Initiative says (`AT1G01010`): chromosome, its organelles among them, place along it, and
    /// whether the locus was numbered with the genome, in tens, or found later; zeros of another name.
    private static func place(_ name: String) -> [Float] {
        var values = [Float](repeating: 0, count: 11)
        let letters = Array(name.utf8)
        guard letters.count == 9, name.hasPrefix("AT"), letters[3] == UInt8(ascii: "G"),
            let chromosome = Array("12345CM".utf8).firstIndex(of: letters[2]), let number = UInt32(name.dropFirst(4))
        else { return values }
        values[chromosome] = 1
        values[7] = number % 10 == 0 ? 1 : 0
        values[8] = number % 10 == 5 ? 1 : 0
        values[9] = number % 5 == 0 ? 0 : 1
        values[10] = Float(number) / 100_000
        return values
    }
}
