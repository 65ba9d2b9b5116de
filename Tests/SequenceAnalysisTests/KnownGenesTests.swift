import Foundation
import Tasks
import Testing

@testable import SequenceAnalysis

/// Annotations, and genes beside them.
@Suite("Known genes")
struct KnownGenesTests {
    private func file(_ text: String, _ name: String = "genes.csv") throws -> String {
        let folder = FileManager.default.temporaryDirectory.appending(path: "genes-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let url = folder.appending(path: name)
        try Data(text.utf8).write(to: url)
        return url.path
    }

    @Test("A table is read by the names of its columns, with commas in quotes and numbers written as fractions")
    func table() throws {
        let known = try KnownGenes(
            path: file(
                ",start,end,strand,gene_name,COG,accession\nb1,3,63.0,+,abc,\"Import, export\",c1\nb2,70,100,-,,x,c2\n")
        )
        #expect(
            known.records == [
                .init(contig: "c1", range: 3..<63, isReverse: false, name: "abc"),
                .init(contig: "c2", range: 70..<100, isReverse: true, name: ""),
            ])
        #expect(known.of("c2").map(\.range) == [70..<100])
    }

    @Test("Of GFF3 the CDS are read, and a sequence behind them is not")
    func features() throws {
        let known = try KnownGenes(
            path: file(
                "##gff-version 3\n##sequence-region c 1 500\nc\tx\tgene\t4\t63\t.\t+\t.\tID=g\nc\tx\tCDS\t4\t63\t.\t-\t0\tID=a;Note=b\n##FASTA\n>c\nACGT\n",
                "genes.gff3"))
        #expect(known.records == [.init(contig: "c", range: 3..<63, isReverse: true, name: "a")])
        #expect(known.lengths == ["c": 500] && known.sorted(of: "c").coding.count == 1)
    }

    @Test(
        "What is no annotation is refused, with the line",
        arguments: [
            ("a,b\n1,2\n", "line 1"), ("start,end,strand\n5,4,+\n", "line 2"), ("start,end,strand\n1,9,x\n", "line 2"),
            ("##gff-version 3\nc\tx\tCDS\t9\t4\t.\t+\t0\t.\n", "line 2"), ("start,end,strand\n", "holds no gene"),
        ])
    func refused(_ text: String, _ word: String) throws {
        let path = try file(text)
        let error = #expect(throws: TaskError.self) { try KnownGenes(path: path) }
        #expect(error?.description.contains(word) == true)
    }

    @Test("Genes code if they are open from a start to a stop codon; others are told apart")
    func sorted() throws {
        // A gene, the same one with a stop codon within, one on the other strand, and one that begins with CCC.
        let text = "ATGGCCGCCTAA" + "ATGTAAGCCTAA" + "TTAGGCGGCCAC" + "CCCGCCGCCTAA"
        let known = try KnownGenes(
            path: file("start,end,strand\n0,12,+\n12,24,+\n24,36,-\n36,48,+\n0,11,+\n"))
        let sorted = known.sorted(of: "c", letters: Array(text.utf8))
        #expect(sorted.coding.map(\.range) == [0..<12, 24..<36])
        #expect(sorted.other.map(\.range) == [12..<24, 36..<48, 0..<11])
    }

    @Test("Ends and starts are counted, and predictions on pseudogenes apart")
    func comparison() {
        func record(_ range: Range<Int>, _ isReverse: Bool = false) -> KnownGenes.Record {
            .init(contig: "c", range: range, isReverse: isReverse, name: "")
        }
        var comparison = GeneComparison()
        comparison.add(
            [
                record(0..<90), record(120..<300), record(400..<500, true), record(600..<700), record(800..<900),
                record(800..<900),
            ],
            known: (
                [record(0..<90), record(150..<300), record(400..<460, true), record(600..<700, true)],
                [record(790..<880)]
            ))
        #expect(comparison.known == 4 && comparison.ends == 3 && comparison.exact == 1)
        #expect(comparison.onOthers == 2 && comparison.predicted == 4)
        #expect(comparison.sensitivity == 0.75 && comparison.precision == 0.75 && comparison.strictPrecision == 0.5)
        #expect(comparison.exactSensitivity == 0.25)
        var half = GeneComparison()
        half.add([record(0..<90), record(100..<600)], known: ([record(0..<90), record(100..<600)], [])) { $0 >= 300 }
        #expect(half.known == 1 && half.exact == 1 && half.predicted == 1)
    }

    @Test(
        "What is no genome is refused by name",
        arguments: [
            (">p\nMKLVEQQPRE\n", "is this a protein?"), (">a\nACGT\n>a\nACGT\n", "two contigs \"a\""),
            ("", "holds no contig"),
            ("sequence\nACGT\n", "is no FASTA"), (">a\n\n", "empty"), ("> \nACGT\n", "no name"),
        ])
    func genome(_ text: String, _ word: String) throws {
        let path = try file(text, "genome.fa")
        let error = #expect(throws: TaskError.self) { try GenomeContigs(path: path).all() }
        #expect(error?.description.contains(word) == true)
        #expect(throws: TaskError.self) { try GenomeContigs(path: "/dev/null") }
    }
}
