import Foundation
import Testing

@testable import Genomics

@Suite struct VariantComparisonTests {
    // 1-based:                1234567890123456789012345678901234567890
    private let bases = Array("GATTACAGGGGGCTCACACACATGCATTTTTACGATCGAC".utf8)
    private func reference(_ contig: String, _ range: Range<Int>) throws(GenomicsError) -> ReferenceWindow {
        let clamped = range.clamped(to: 0..<bases.count)
        return ReferenceWindow(start: clamped.lowerBound, bases: Array(bases[clamped]))
    }

    /// `5 A>T 0/1` and so on, separated by semicolons.
    private func variants(_ text: String) throws -> [Variant] {
        try text.split(separator: ";").map { record in
            let parts = record.split(separator: " ")
            let alleles = parts[1].split(separator: ">")
            return Variant(
                contig: "c", position: try #require(Int(parts[0])), reference: String(alleles[0]),
                alternates: alleles[1].split(separator: ",").map(String.init), genotype: Genotype(parts[2]))
        }
    }

    private func counts(_ truth: String, _ calls: String, _ mode: VariantComparison.Mode) throws -> [Int] {
        let result = try VariantComparison(mode: mode).compare(
            truth: variants(truth), calls: variants(calls), confident: nil, reference: reference)
        let (snp, indel) = (result.substitutions, result.indels)
        #expect(result.falsePositives.count == snp.falsePositives + indel.falsePositives)
        #expect(result.falseNegatives.count == snp.falseNegatives + indel.falseNegatives)
        return [
            snp.truthTruePositives + indel.truthTruePositives, snp.falseNegatives + indel.falseNegatives,
            snp.callTruePositives + indel.callTruePositives, snp.falsePositives + indel.falsePositives,
        ]
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var truth: String
        var calls: String
        /// TP and FN of the truth, TP and FP of the calls.
        var genotype: [Int]
        var allele: [Int]
        var testDescription: String { name }
    }

    @Test(
        arguments: [
            Case(
                name: "equal", truth: "2 A>G 0/1", calls: "2 A>G 1|0", genotype: [1, 0, 1, 0], allele: [1, 0, 1, 0]),
            Case(
                name: "het called hom", truth: "2 A>G 0/1", calls: "2 A>G 1/1", genotype: [0, 1, 0, 1],
                allele: [1, 0, 1, 0]),
            Case(
                name: "wrong base", truth: "2 A>G 0/1", calls: "2 A>C 0/1", genotype: [0, 1, 0, 1],
                allele: [0, 1, 0, 1]),
            Case(
                name: "MNP against two SNVs", truth: "3 TT>CC 0/1", calls: "3 T>C 0/1;4 T>C 0/1",
                genotype: [1, 0, 2, 0], allele: [1, 0, 2, 0]),
            Case(
                name: "MNP against two SNVs that may be in trans", truth: "3 TT>CC 0|1;33 C>G 0|1",
                calls: "3 T>C 1/0;4 T>C 0/1;33 C>G 1|0", genotype: [2, 0, 3, 0], allele: [2, 0, 3, 0]),
            Case(
                name: "two SNVs against an MNP that is homozygous", truth: "3 T>C 0/1;4 T>C 0/1",
                calls: "3 TT>CC 1/1", genotype: [0, 2, 0, 1], allele: [2, 0, 1, 0]),
            Case(
                name: "shifted deletion", truth: "7 AG>A 1/1", calls: "11 GG>G 1/1", genotype: [1, 0, 1, 0],
                allele: [1, 0, 1, 0]),
            Case(
                name: "shifted insertion in a repeat", truth: "14 T>TCA 0/1", calls: "22 A>ACA 0/1",
                genotype: [1, 0, 1, 0], allele: [1, 0, 1, 0]),
            Case(
                name: "1/2 in two lines", truth: "26 A>AT,AC 1/2", calls: "26 A>AT 0/1;26 A>AC 0/1",
                genotype: [1, 0, 2, 0], allele: [1, 0, 1, 1]),
            Case(
                name: "one of two alleles missed", truth: "26 A>AT,AC 1/2", calls: "26 A>AT 0/1",
                genotype: [0, 1, 0, 1], allele: [1, 0, 1, 0]),
            Case(
                name: "1/2 against its alleles in cis", truth: "3 TT>CA 0/1", calls: "3 TT>CT,TA 1/2",
                genotype: [0, 1, 0, 1], allele: [0, 1, 0, 1]),
            Case(
                name: "1/2 against its alleles in trans", truth: "3 T>C 1|0;4 T>A 0|1", calls: "3 TT>CT,TA 1/2",
                genotype: [2, 0, 1, 0], allele: [1, 1, 1, 0]),
            Case(
                name: "an insertion and an exchange as one complex allele", truth: "5 A>ATT 0/1;6 C>G 0/1",
                calls: "5 AC>ATTG 0/1", genotype: [2, 0, 1, 0], allele: [2, 0, 1, 0]),
            Case(
                name: "deletions that overlap on two haplotypes", truth: "13 CTCA>C 0|1;15 CAC>C 1|0",
                calls: "13 CTCAC>CC,CTC 1/2", genotype: [2, 0, 1, 0], allele: [1, 1, 1, 0]),
            Case(
                name: "a deletion with an exchange below it", truth: "13 CTCA>C 0|1;15 C>G 1|0",
                calls: "13 CTCA>C 0/1;15 C>G,* 1/2", genotype: [2, 0, 2, 0], allele: [1, 1, 1, 1]),
            Case(
                name: "haploid and homozygous", truth: "2 A>G 1", calls: "2 A>G 1/1", genotype: [1, 0, 1, 0],
                allele: [1, 0, 1, 0]),
            Case(
                name: "half of a genotype", truth: "2 A>G 0/1", calls: "2 A>G ./1", genotype: [1, 0, 1, 0],
                allele: [1, 0, 1, 0]),
            Case(
                name: "alleles that are no bases", truth: "2 A><DEL> 0/1;5 A>* 1/1", calls: "5 A><NON_REF> 0/1",
                genotype: [0, 0, 0, 0], allele: [0, 0, 0, 0]),
            // TACA>T and then a T before GGGGG is what a change of ACA to T amounts to.
            Case(
                name: "a complex allele against its parts", truth: "4 TACA>TT 0/1", calls: "4 TAC>T 0/1;7 A>T 0/1",
                genotype: [1, 0, 2, 0], allele: [1, 0, 2, 0]),
            // As above, with the parts on different haplotypes: only the genotypes tell.
            Case(
                name: "parts of which one is homozygous", truth: "4 TACA>TT 0/1", calls: "4 TAC>T 0/1;7 A>T 1/1",
                genotype: [0, 1, 0, 2], allele: [1, 0, 2, 0]),
            Case(
                name: "one false call beside a match", truth: "2 A>G 0/1", calls: "2 A>G 0/1;5 A>C 0/1",
                genotype: [1, 0, 1, 1], allele: [1, 0, 1, 1]),
            Case(name: "nothing called", truth: "2 A>G 0/1", calls: "", genotype: [0, 1, 0, 0], allele: [0, 1, 0, 0]),
            Case(
                name: "no genotype but the reference's", truth: "2 A>G 0/0", calls: "2 A>G ./.",
                genotype: [0, 0, 0, 0], allele: [0, 0, 0, 0]),
        ])
    func `Spellings are told from differences`(_ example: Case) throws {
        #expect(try counts(example.truth, example.calls, .genotype) == example.genotype)
        #expect(try counts(example.truth, example.calls, .allele) == example.allele)
    }

    @Test func `A true call weighs what it stands for, and what takes no part is counted by reason`() throws {
        let result = try VariantComparison().compare(
            truth: variants("5 A>ATT 0/1;6 C>G 0/1;33 C>T 0/1"),
            calls: variants("5 AC>ATTG 0/1;2 A>G 0/1/1;20 C>. ./.;35 ATCGACA>A 0/1"), confident: nil,
            reference: reference)
        #expect(result.indels.weightedCallTruePositives == 2 && result.indels.precision.value == 1)
        #expect(result.indels.callTruePositives == 1 && result.substitutions.falseNegatives == 1)
        #expect(result.omittedCalls == ["otherPloidy": 1, "noVariant": 1, "outsideContig": 1])
        #expect(result.omittedTruth.isEmpty && result.ploidy == 2)
    }

    @Test func `Scores have their errors beside them, and a threshold of best F1`() throws {
        var calls = try variants("2 A>G 0/1;5 A>C 0/1;33 C>T 0/1;35 A>G 1/1")
        for (index, quality) in [30.0, 12, 8, 3].enumerated() { calls[index].quality = quality }
        calls[0].sampleFields = [.init("GQ", "30")]
        calls[3].sampleFields = [.init("GQ", "33")]
        let evaluation = try VariantComparison().evaluate(
            truth: variants("2 A>G 0/1;5 A>C 1/1;33 C>T 0/1;25 C>A 0/1"), calls: calls, confident: nil,
            reference: reference)
        let scored = evaluation.scored(calls)
        let table = ReliabilityTable(score: "GQ", of: scored) { $0.genotypeQuality }
        #expect(table.unscored == 2 && table.bins.count == 1)
        #expect(table.bins[0].calls == 2 && table.bins[0].wrong == 1 && table.bins[0].low == 30)
        #expect(abs(table.bins[0].predictedError - 0.00075) < 1e-5 && table.bins[0].observedError.value == 0.5)
        let curve = ScoreCurve(scored, truth: 4) { $0.quality }
        #expect(curve.points.map(\.score) == [30, 12, 8, 3])
        #expect(curve.points.map(\.falsePositives) == [0, 1, 1, 2])
        #expect(curve.points.map(\.truePositives) == [1, 1, 2, 2])
        #expect(curve.best?.score == 8)
        #expect(curve.lines(type: "ALL").contains("ALL\t8.0\t2.00\t1\t2\t2.00\t0.6667\t0.5000\t0.5714\n"))
    }

    @Test func `Phases count where they are asked for`() throws {
        let truth = try variants("2 A>G 0|1;5 A>C 0|1;33 C>T 0|1")
        let calls = try variants("2 A>G 0|1;5 A>C 1|0;33 C>T 0/1")
        var comparison = VariantComparison()
        func matched() throws -> Int {
            try comparison.compare(truth: truth, calls: calls, confident: nil, reference: reference).substitutions
                .truthTruePositives
        }
        #expect(try matched() == 3)
        comparison.phasedSides = [.truth, .calls]
        #expect(try matched() == 2)
    }

    @Test func `A reference allele keeps others away where it is asked to`() throws {
        let truth = try variants("13 CTCA>C 0/1;15 C>G 0/1")
        var comparison = VariantComparison()
        func matched() throws -> Int {
            let result = try comparison.compare(truth: truth, calls: truth, confident: nil, reference: reference)
            return result.substitutions.truthTruePositives + result.indels.truthTruePositives
        }
        #expect(try matched() == 2)
        comparison.assertsReference = true
        #expect(try matched() == 1)
    }

    @Test func `Filters, quality and regions choose what counts`() throws {
        let truth = try variants("2 A>G 0/1;35 A>C 0/1")
        var calls = try variants("2 A>G 0/1;3 T>C 0/1;5 A>C 0/1;33 C>T 0/1")
        calls[0].quality = 50
        calls[1].quality = 19
        calls[2].filters = ["low"]
        let result = try VariantComparison(minimumQuality: 20).compare(
            truth: truth, calls: calls, confident: BED([("c", 0..<10)]), reference: reference)
        #expect(result.substitutions.truthTruePositives == 1)
        #expect(result.falsePositives.isEmpty && result.falseNegatives.isEmpty)
    }

    @Test func `Another reference is an error, not a result`() throws {
        let wrong = try variants("2 C>G 0/1")
        #expect { try counts("2 A>G 0/1", "2 C>G 0/1", .allele) } throws: {
            ($0 as? GenomicsError)?.code == .referenceMismatch
        }
        #expect(throws: GenomicsError.self) {
            try VariantComparison().compare(truth: wrong, calls: [], confident: nil, reference: reference)
        }
    }

    @Test func `Intervals are Wilson's`() {
        let estimate = VariantComparisonResult.Estimate(8, of: 10)
        #expect(estimate.value == 0.8)
        #expect(abs(estimate.low - 0.4902) < 1e-4 && abs(estimate.high - 0.9433) < 1e-4)
        #expect(VariantComparisonResult.Estimate(0, of: 0).high == 1)
    }

    @Test func `The result is JSON and a table`() throws {
        let result = try VariantComparison().compare(
            truth: variants("2 A>G 0/1"), calls: variants("2 A>G 0/1;5 A>C 1/1"), confident: nil,
            reference: reference)
        let decoded = try JSONDecoder().decode(VariantComparisonResult.self, from: JSONEncoder().encode(result))
        #expect(decoded == result)
        #expect(
            result.falsePositives == [.init(contig: "c", position: 5, reference: "A", alternate: "C", copies: 2)])
        #expect(result.table.contains("SNP    1   1   0   0.5000 (0.0945-0.9055)  1.0000"))
    }

    /// Labels of candidates, `-` for none.
    private func labels(_ truth: String, _ candidates: String, confident: BED? = nil) throws -> [Int?] {
        let labeler = try CandidateLabeler(truth: variants(truth), confident: confident, reference: reference)
        let candidates = try variants(candidates).map {
            Candidate(contig: "c", position: $0.position, reference: $0.reference, alternate: $0.alternates[0])
        }
        return try labeler.labels(for: candidates, reference: reference)
    }

    @Test func `Candidates are labelled by the copies of their allele`() throws {
        #expect(try labels("2 A>G 0/1;5 A>C 1/1", "2 A>G .;5 A>C .;5 A>T .;33 C>G .") == [1, 2, 0, 0])
        #expect(try labels("26 A>AT,AC 1/2", "26 A>AC .;26 A>AT .") == [1, 1])
        #expect(try labels("11 GG>G 0|1", "7 AG>A .") == [1])
        #expect(try labels("3 TT>CC 1/1", "3 T>C .;4 T>C .") == [2, 2])
        #expect(try labels("2 A>G 0/1", "2 A>G .;20 C>A .", confident: BED([("c", 0..<5)])) == [1, nil])
    }

    @Test func `The alleles of a record stay on their haplotypes for labels too`() throws {
        #expect(try labels("3 TT>CA,CG 1/2", "3 T>C .;4 T>A .;4 T>G .") == [2, 1, 1])
        let alleles = [(3, "T", "C"), (4, "T", "A"), (3, "TT", "CA")].compactMap {
            Allele(contig: "c", position: $0, reference: $1, alternate: $2)
        }
        let window = try reference("c", 0..<20)
        let matcher = HaplotypeMatcher(window: window)
        func match(_ ties: [Bool]) throws -> Bool {
            let parts = zip(alleles, ties).map {
                HaplotypeMatcher.Item(allele: $0, copies: 1, tie: .init(record: 0, isSecond: $1))
            }
            let found = try #require(matcher.match(parts, [.init(allele: alleles[2], copies: 1)]))
            return found.first == [true, true] && found.second == [true]
        }
        #expect(try match([false, false]))
        #expect(try !match([false, true]))
    }

    @Test func `Candidates that spell a true variant in parts are labelled together`() throws {
        #expect(try labels("4 TACA>TT 0/1", "4 TAC>T .;7 A>T .") == [1, 1])
        #expect(try labels("4 TACA>TT 1/1", "4 TAC>T .;7 A>T .") == [2, 2])
        // The truth cannot be spelled, so a neighbour may be half of it.
        #expect(try labels("4 TACA>TT 0/1", "2 A>C .;7 A>T .") == [nil, nil])
        // Too far away to be part of it.
        #expect(try labels("2 A>C 0/1", "39 A>T .") == [0])
    }
}
