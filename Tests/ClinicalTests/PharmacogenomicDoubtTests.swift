import Clinical
import Genomics
import Testing

/// What must not become an answer that nothing shows.
@Suite
struct PharmacogenomicDoubtTests {
    private typealias Fixture = PharmacogenomicFixture
    private static let contigs = ["##contig=<ID=chr16>"]

    /// VKORC1 of lines at its one position, c.-1639G>A.
    private func vkorc1(_ lines: [String]) throws -> GeneResult {
        try Fixture.result(lines.map { "chr16 31096368 C \($0)" }, contigs: Self.contigs, gene: "VKORC1")
    }

    @Test(
        "A record that is there twice is one",
        arguments: [
            ["T 0/1:30 GT:GQ", "T 0/1:40 GT:GQ"], ["T 0/1", "T 1/0"], ["T 0/1", "T 0/1", "T 0|1"],
        ])
    func twice(lines: [String]) throws {
        let once = try vkorc1(["T 0/1"])
        #expect(once.diplotypes.count == 1)
        #expect(try vkorc1(lines).diplotypes.map(\.name) == once.diplotypes.map(\.name))
    }

    @Test(
        "Records that contradict each other, a deletion that no record has, and a site of no confidence are no call",
        arguments: [["T 0/0", "T 1/1"], ["T 0/1", "T 1/1"], ["* 1/1"], ["* 0/1"], [". 0/0:20:0 GT:DP:RGQ"]])
    func noCall(lines: [String]) throws {
        let gene = try vkorc1(lines)
        #expect(gene.diplotypes.isEmpty && gene.origin == .none, "\(gene.diplotypes.map(\.name))")
    }

    @Test("One base of an insertion's or deletion's place does not speak for all of it")
    func partOfAPlace() throws {
        // UGT1A1: the TA repeat, of three bases.
        let lines = try Fixture.gene("UGT1A1", without: [233_760_233]) + ["chr2 233760235 T C 0/0"]
        let gene = try Fixture.result(lines, contigs: [], gene: "UGT1A1")
        #expect(gene.missing.contains { $0.position == 233_760_233 })
    }

    @Test(
        "An HLA allele is negative only where both copies tell",
        arguments: [
            ("B*57:01/B*44:02", ["*57:01 positive"]), ("57:01/44:02", ["*57:01 positive"]),
            ("*57:01P/*44:02", ["*57:01 positive"]), ("*57:01:01/*44:02", ["*57:01 positive"]),
            ("*44:02/*44:02", ["*57:01 negative"]), ("*57/*44", ["*57:01 positive", "*57:01 negative"]),
            ("*44:02", ["*57:01 positive", "*57:01 negative"]), ("*44/*07", ["*57:01 negative"]),
        ])
    func hla(diplotype: String, words: [String]) throws {
        let result = try Fixture.whole([], outside: "HLA-B\t\(diplotype)\n")
        let gene = try #require(result.genes.first { $0.gene == "HLA-B" })
        #expect(gene.phenotypes.map(\.name).filter { $0.hasPrefix("*57:01") } == words)
        let advice = result.advice.filter { $0.drug == "abacavir" && $0.source == "CPIC" }
        #expect(advice.count == words.count && advice.allSatisfy { $0.isConditional == (words.count > 1) })
    }

    @Test("What is no HLA allele is refused, and a stated phenotype holds")
    func hlaText() throws {
        #expect(throws: GenomicsError.self) { try Fixture.whole([], outside: "HLA-B\tfoo\n") }
        let stated = try Fixture.result([], outside: "HLA-B\t*44:02/*07:02\t*57:01 positive\n", gene: "HLA-B")
        #expect(stated.phenotypes.map(\.name).contains("*57:01 positive"))
        #expect(!stated.phenotypes.map(\.name).contains("*57:01 negative"))
        #expect(stated.remarks.contains { $0.contains("which holds") })
    }

    @Test(
        "CYP2D6: many copies, a phenotype by its name, and one that contradicts its alleles have the advice that is theirs"
    )
    func cyp2d6() throws {
        func codeine(_ line: String) throws -> [DrugAdvice] {
            try Fixture.whole([], outside: "CYP2D6\t\(line)\n").advice.filter {
                $0.drug == "codeine" && $0.source == "CPIC"
            }
        }
        #expect(try codeine("*1x3/*10").map(\.isConditional) == [false])
        let poor = try codeine("\tPoor Metabolizer")
        #expect(!poor.isEmpty && poor.allSatisfy { $0.isConditional && $0.lookup.contains("0.0") })
        let stated = try codeine("*4/*4\tNormal Metabolizer")
        #expect(!stated.isEmpty && stated.allSatisfy { !$0.lookup.contains("\"0.0\"") })
        let open = try Fixture.result([], outside: "CYP2D6\t*4/*1xN\n", gene: "CYP2D6")
        #expect(open.remarks.contains { $0.contains("no guideline") })
    }
}
