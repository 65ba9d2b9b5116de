import Foundation
import Genomics
import NeuralNetwork
import Tasks
import Testing

@testable import GeneExpression

/// Tables of genes, bins, designs and samples as they are read.
@Suite("Records of expression")
struct ExpressionSourceTests {
    private let task = ExpressionTask()

    /// A file of text in a folder of the test's own.
    static func file(_ text: String, _ name: String = "table.tsv") throws -> String {
        let folder = FileManager.default.temporaryDirectory.appending(path: "expression-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appending(path: name)
        try Data(text.utf8).write(to: file)
        return file.path
    }

    private func items(_ kind: ExpressionKind, _ path: String, _ options: [String: String] = [:]) throws -> [Item] {
        let inputs = ItemInputs(paths: [path], options: options.merging(["kind": kind.rawValue]) { $1 })
        let source = try task.source(path, of: inputs)
        var items: [Item] = []
        while let item = try source.next() { items.append(item) }
        return items
    }

    private static let marks = MarkSource.marks.joined(separator: "\t")

    @Test("A gene has its ten marks, its promoters counted, and what its locus name says; labels are not read")
    func arabidopsis() throws {
        let promoter = String(repeating: "ACGTA", count: 50) + "T"
        let row = (1...10).map { "\($0).5" }.joined(separator: "\t")
        let path = try Self.file(
            "gene\t\(Self.marks)\tleaf\tfold\r\nAT1G01010\t\(row)\tnonsense\t\r\nAT2G00015\t\(row)\t1\t0\r\n")
        let promoters = try Self.file(
            "gene\tpromoter\tclass\tsequence\nAT1G01010\ta\tTATA\t\(promoter)\nAT1G01010\tb\tnonTATA\t\(promoter)\n")
        let records = try items(.arabidopsis, path, ["sequences": promoters]).map { try ExpressionRecord($0) }
        #expect(records[0].values.prefix(13) == [1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5, 8.5, 9.5, 10.5, 1, 2, 1])
        #expect(records[0].values.dropFirst(13) == [1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0.0101])
        #expect(records[0].codes.prefix(5) == [1, 2, 4, 8, 1])
        #expect(records[1].values[10] == 0 && records[1].codes == Array(repeating: 0, count: 251))
        #expect(records[1].values[21] == 1)
    }

    @Test(
        "A mark that is no number, a gene that comes twice, a promoter that is no DNA and a torn line are problems of their records alone"
    )
    func problems() throws {
        let row = (1...10).map { "\($0)" }.joined(separator: "\t")
        let bad = row.replacing("3\t", with: "NA\t")
        let path = try Self.file("gene\t\(Self.marks)\nA\t\(bad)\nB\t\(row)\nB\t\(row)\nC\t1\t2\nD\t\(row)\n")
        let promoters = try Self.file("gene\tsequence\nD\tACGT\n")
        let found = try items(.arabidopsis, path, ["sequences": promoters])
        #expect(
            found.map(\.problem) == [
                "H3K27me1 is \"NA\", which is no number", nil, "the gene is there twice, first as record 1",
                "the record has 3 fields, and the first line names 11",
                "its promoter: the sequence has 4 bases, and 251 are read (\(promoters), line 2)",
            ])
    }

    private static let bins =
        "bin\tchrom\tstart\tH3K27me3\tH3K36me3\tH3K4me1\tH3K4me3\tH3K9me3\n0\t1\t0\t1\t0\t0\t0\t0\n1\t1\t10000\t0\t3\t0\t0\t0\n"
        + "2\t1\t20000\t0\t0\t0\t0\t0\n3\t2\t0\t9\t9\t9\t9\t9\n4\t2\t10000\t0\t0\t0\t0\t0\n"

    @Test("A gene reads its bin and two on either side, and none of another chromosome")
    func windows() throws {
        let path = try Self.file("gene\tsymbol\tbin\tchrom\tstart\nE1\tOR4F5\t1\t1\t10000\n")
        let record = try ExpressionRecord(try items(.gm12878, path, ["bins": Self.file(Self.bins)])[0])
        var expected = [Float](repeating: 0, count: 25)
        expected[5] = Float(PortableMath.log(2))
        expected[11] = Float(PortableMath.log(4))
        #expect(record.values == expected)
        #expect(record.words == ["OR4F5"])
    }

    @Test("A gene of a bin that is not there, or of another chromosome, is said")
    func genesWithoutMarks() throws {
        let path = try Self.file("gene\tsymbol\tbin\tchrom\tstart\nE1\tA\t9\t1\t0\nE2\tB\t3\t1\t0\nE3\tC\tx\t1\t0\n")
        let found = try items(.gm12878, path, ["bins": Self.file(Self.bins)])
        #expect(
            found.map(\.problem) == [
                "there are no marks of bin \"9\": the table has bins 0 to 4", "bin 3 lies on 2, and the gene on \"1\"",
                "there are no marks of bin \"x\": the table has bins 0 to 4",
            ])
    }

    @Test("A table that lacks a column, and bins with a gap, are refused with their names")
    func columns() throws {
        #expect(throws: GenomicsError.self) { try items(.arabidopsis, Self.file("gene\tDNaseI\nA\t1\n")) }
        let genes = try Self.file("gene\tbin\tchrom\nE1\t0\t1\n")
        #expect(throws: TaskError.self) { try items(.gm12878, genes) }
        let torn = try Self.file(Self.bins.replacing("\n2\t1\t20000", with: "\n7\t1\t20000"))
        #expect(throws: GenomicsError.self) { try items(.gm12878, genes, ["bins": torn]) }
    }

    @Test("Words of a condition are found whatever their case, and columns of who measured are not read")
    func conditions() throws {
        let columns = ["Sample ID", "Study"] + ConditionSource.described + ConditionSource.measured
        let fields = ["s1", "Fur"] + ["wt", "MG1655 del_fur"] + Array(repeating: "", count: 13) + ["37", ""]
        let path = try Self.file(columns.joined(separator: ",") + "\n" + fields.joined(separator: ",") + "\n", "t.csv")
        let record = try ExpressionRecord(try items(.ecoli, path)[0])
        #expect(record.values == [37, -1, -1])
        #expect(record.words.contains("Strain Description=del") && record.words.contains("Strain Description=fur"))
        #expect(record.words.last == "-fur")
        #expect(record.words.contains("Supplement=(none)"))
        #expect(!record.words.contains { $0.hasPrefix("Study") })
    }

    @Test("Words are runs of letters and numbers, and a deletion is the same however it is spelled")
    func words() {
        #expect(ConditionSource.words("glucose(0.25), ale12") == ["glucose", "0.25", "ale", "12"])
        #expect(ConditionSource.words("MG1655 del_fur") == ["mg", "1655", "del", "fur"])
        #expect(ConditionSource.words("bw_delfur_glc") == ["bw", "del", "fur", "glc"])
        #expect(ConditionSource.deletedGenes("MG1655 fur-tagged del_menF delcra") == ["menf", "cra"])
        #expect(ConditionSource.words("pH 5.5.") == ["ph", "5.5"])
        #expect(ConditionSource.words(" - ") == ["(none)"])
    }

    @Test(
        "A changed column is read as it would be: a mark by so much more, a word instead, and one that is not read is refused"
    )
    func changes() throws {
        let row = (1...10).map { "\($0)" }.joined(separator: "\t")
        let path = try Self.file("gene\t\(Self.marks)\nA\t\(row)\n")
        let values = try ExpressionRecord(try items(.arabidopsis, path, ["change": "H3K27ac=+1\u{1e}DNaseI=0.5"])[0])
            .values
        #expect(values.prefix(3) == [0.5, 3, 3])
        #expect {
            try items(.arabidopsis, path, ["change": "H3K99=1"])
        } throws: {
            "\($0)".contains("the model does not read \"H3K99\"") && "\($0)".contains("H3K9me2")
        }
        #expect(throws: TaskError.self) { try items(.arabidopsis, path, ["change": "DNaseI"]) }
        let torn = try items(.arabidopsis, path, ["change": "DNaseI=lots"])[0]
        #expect(torn.problem == "DNaseI is \"1\" and cannot become \"lots\"")
        let designs = try Self.file("name\t" + DesignSource.elements.joined(separator: "\t") + "\nx\ta\tb\tc\td\te\n")
        let record = try ExpressionRecord(try items(.sigma70, designs, ["change": "spacer=new"])[0])
        #expect(record.words == ["up=a", "minus35=b", "spacer=new", "minus10=d", "background=e"])
        let genes = try Self.file("gene\tbin\tchrom\nE1\t1\t1\n")
        let bins = try ["bins": Self.file(Self.bins), "change": "H3K36me3=+4"]
        let reads = try ExpressionRecord(try items(.gm12878, genes, bins)[0]).values
        #expect(abs(reads[11] - Float(PortableMath.log(8))) < 1e-6)
        #expect(throws: TaskError.self) { try items(.ecoliMPRA, path, ["change": "seq=A"]) }
    }

    @Test("A word that a model never met is said once, with its records")
    func unknownWords() throws {
        let header = "name\t" + DesignSource.elements.joined(separator: "\t")
        let path = try Self.file("\(header)\nx\ta\tb\tnew\tNA\te\ny\ta\tb\tnew\td\te\n")
        let known = ["up=a", "minus35=b", "minus10=none", "minus10=d", "background=e"].joined(separator: "\u{1f}")
        let source = try DesignSource(path: path, known: known)
        while try source.next() != nil {}
        #expect(
            source.remarks == [
                "spacer=new was never met in training, so nothing is known of what it does: record 0 and 1 more"
            ])
    }

    @Test("Items travel and become examples as they were, and one of another shape is a problem")
    func travelling() throws {
        var batch = ItemBatch(columns: ExpressionRecord.columns)
        batch.items = [
            ExpressionRecord.item(0, name: "a", values: [0.1, -2], words: ["x y", ""], letters: "AC=N"),
            Item(record: 1, name: "b", problem: "torn"),
            ExpressionRecord.item(2, name: "c", values: [1], letters: "ACGT"),
            ExpressionRecord.item(3, name: "d", values: [3, 4], words: [], letters: "TTTT"),
        ]
        let examples = try task.examples(of: ItemBatch(decoding: batch.encode()))
        let decoded = try #require(try task.examples(decoding: examples.encode()) as? ItemExamples)
        #expect(decoded.subjects.map { $0.problem == nil } == [true, false, false, true])
        let records = try ExpressionRecord.records(of: decoded)
        #expect(records.map(\.values) == [[0.1, -2], [3, 4]])
        #expect(records.map(\.words) == [["x y", ""], []])
        #expect(records[0].codes == [1, 2, 0, 15])
    }
}
