import Foundation
import Genomics
import NeuralNetwork
import Tasks

/// Human genes with the reads of five histone marks in the bin of their start and the bins around it.
///
/// The bins of the genome are held in memory, 24 bytes each.
final class BinSource: ItemSource {
    static let marks = ["H3K27me3", "H3K36me3", "H3K4me1", "H3K4me3", "H3K9me3"]
    /// Bins on either side; beyond the ends of a chromosome they count nothing.
    static let flank = 2

    let columns = ExpressionRecord.columns
    private let table: TableFile
    private let gene: Int
    private let places: [Int]
    private let symbol: Int?
    private let changes: [ColumnChange]
    private var seen: [String: Int] = [:]

    private var contigs: [String] = []
    private var contig: [UInt16] = []
    private var start: [Int32] = []
    /// ln(1 + reads), `marks` a bin; not a number where the table has none.
    private var levels: [Float] = []

    /// `changes` are of the gene's own bin.
    init(path: String, bins: String?, changes: String? = nil) throws {
        guard let bins else {
            throw TaskError("the model reads marks in bins of the genome: name their table with --bins")
        }
        table = try TableFile(path: path)
        let table = table
        gene = try table.place(of: "gene")
        places = try ["bin", "chrom"].map { try table.place(of: $0) }
        symbol = table.columns.firstIndex(of: "symbol")
        self.changes = try ColumnChange.all(changes, readable: Self.marks)
        try read(bins)
    }

    var bytesRead: Int64 { table.bytesRead }
    var totalBytes: Int64? { table.totalBytes }

    private func read(_ path: String) throws {
        let file = try TableFile(path: path)
        let (bin, chrom, from) = (try file.place(of: "bin"), try file.place(of: "chrom"), try file.place(of: "start"))
        let places = try Self.marks.map { try file.place(of: $0) }
        var numbers: [String: UInt16] = [:]
        while let record = try file.nextWhole() {
            guard Int(record.fields[bin]) == contig.count, let position = Int32(record.fields[from]), position >= 0,
                numbers.count < UInt16.max
            else {
                throw GenomicsError(
                    .malformed,
                    "bin \"\(record.fields[bin])\" at \"\(record.fields[from])\" is not bin \(contig.count), the next: bins are "
                        + "numbered from 0 without gaps", file: path, record: record.number + 1)
            }
            let name = record.fields[chrom]
            if numbers[name] == nil {
                numbers[name] = UInt16(contigs.count)
                contigs.append(name)
            }
            contig.append(numbers[name] ?? 0)
            start.append(position)
            for place in places {
                let count = Double(record.fields[place]) ?? .nan
                levels.append(count >= 0 && count.isFinite ? Float(PortableMath.log(1 + count)) : .nan)
            }
        }
    }

    func next() throws -> Item? {
        guard let record = try table.next() else { return nil }
        let name = gene < record.fields.count ? record.fields[gene] : ""
        func refused(_ problem: String) -> Item { Item(record: record.number, name: name, problem: problem) }
        if let flaw = table.flaw(of: record) { return refused(flaw) }
        if let first = seen[name] { return refused("the gene is there twice, first as record \(first)") }
        seen[name] = record.number
        let (text, chrom) = (record.fields[places[0]], record.fields[places[1]])
        guard let bin = Int(text), contig.indices.contains(bin) else {
            return refused("there are no marks of bin \"\(text)\": the table has bins 0 to \(contig.count - 1)")
        }
        guard contigs[Int(contig[bin])] == chrom else {
            return refused("bin \(bin) lies on \(contigs[Int(contig[bin])]), and the gene on \"\(chrom)\"")
        }
        var values: [Float] = []
        for place in (bin - Self.flank)...(bin + Self.flank) {
            guard contig.indices.contains(place), contig[place] == contig[bin] else {
                values += [Float](repeating: 0, count: Self.marks.count)
                continue
            }
            values += levels[(place * Self.marks.count)..<((place + 1) * Self.marks.count)]
        }
        guard values.allSatisfy(\.isFinite) else {
            return refused("a count of its bin or the \(Self.flank) on either side is no number of reads")
        }
        for change in changes {
            let place = Self.flank * Self.marks.count + (Self.marks.firstIndex(of: change.column) ?? 0)
            let reads = PortableMath.exp(Double(values[place])) - 1
            guard let changed = change.number(from: reads) else {
                return refused("\(change.column) cannot become \"\(change.value)\", which is no number of reads")
            }
            values[place] = Float(PortableMath.log(1 + max(0, changed)))
        }
        return ExpressionRecord.item(
            record.number, name: name, values: values, words: [symbol.map { record.fields[$0] } ?? ""])
    }
}
