import Foundation
import NeuralNetwork
import Tasks
import Testing

@testable import ModelRegistry

/// What leads to which verdict, in literal numbers.
@Suite("The verdict on a challenger")
struct VerdictTests {
    /// Units that each show this table of calls, both versions as sure as is said, on inputs of one value.
    static func seen(
        _ table: [[Int]], units: Int = 1, confidence: (Float, Float) = (0.98, 0.98), value: Float = 0.3
    ) -> Observations {
        func scores(_ call: Int, _ confidence: Float) -> [Float] {
            (0..<3).map { $0 == call ? confidence : (1 - confidence) / 2 }
        }
        var (champion, challenger) = ([[Float]](), [[Float]]())
        for row in 0..<3 {
            for column in 0..<3 {
                champion += Array(repeating: scores(row, confidence.0), count: table[row][column])
                challenger += Array(repeating: scores(column, confidence.1), count: table[row][column])
            }
        }
        let unit = Observations(
            .genotypes, champion: champion, challenger: challenger,
            values: Array(repeating: value, count: 2 * champion.count),
            features: 1)
        return (0..<units).reduce(into: Observations(.genotypes, features: 1)) { sum, _ in sum += unit }
    }

    private static func thresholds(_ examples: Int) -> Thresholds {
        var thresholds = Thresholds()
        thresholds.examples = examples
        return thresholds
    }

    private static let alike = [[600, 3, 0], [3, 250, 2], [0, 2, 140]]

    @Test("A challenger that calls alike is promoted at the last look, and not before")
    func promotion() {
        let (half, all) = (Self.seen(Self.alike, units: 5), Self.seen(Self.alike, units: 10))
        #expect(Verdict(half, Self.thresholds(10_000)).decision == .continue)
        let verdict = Verdict(all, Self.thresholds(10_000), last: 5000)
        #expect(verdict.decision == .promote, "\(verdict.reasons)")
        #expect(verdict.figures.table == [[6000, 30, 0], [30, 2500, 20], [0, 20, 1400]])
        #expect(abs(verdict.figures.agreement - 0.99) < 1e-12)
        #expect(verdict.figures.shifts == [0, 0, 0] && verdict.figures.shiftProbability == 1)
        #expect(abs(verdict.figures.meanConfidence[0] - 0.98) < 1e-5)
        // Expected 0.98, confirmed 0.99.
        #expect(abs(verdict.figures.calibrationErrors[1] - 0.01) < 1e-5)
    }

    @Test("A quarter of other calls ends the trial at the first look")
    func disagreement() {
        let verdict = Verdict(Self.seen([[500, 100, 0], [100, 200, 25], [0, 25, 50]]), Self.thresholds(4000))
        #expect(verdict.decision == .reject)
        #expect(verdict.reasons.count == 1 && verdict.reasons[0].contains("75.00%"), "\(verdict.reasons)")
    }

    @Test("An agreement that is not shown to be high enough is no harm, and no promotion")
    func unproven() {
        // 955 of 1000, at worst 94.3 %.
        let verdict = Verdict(Self.seen([[500, 12, 0], [11, 300, 11], [0, 11, 155]]), Self.thresholds(1000))
        #expect(verdict.decision == .reject)
        #expect(verdict.reasons.count == 1 && verdict.reasons[0].contains("not shown"), "\(verdict.reasons)")
    }

    @Test("A genotype that is called more often ends the trial, unless the shift is small or may be chance")
    func shift() {
        let biased = Self.seen([[600, 40, 0], [0, 240, 0], [0, 0, 120]], units: 10)
        let verdict = Verdict(biased, Self.thresholds(20_000))
        #expect(verdict.decision == .reject)
        #expect(verdict.reasons.contains { $0.contains("4.00%") }, "\(verdict.reasons)")
        #expect(abs(verdict.figures.shifts[1] - 0.04) < 1e-12)
        // Certain, and a share of 0.5 %.
        let small = Self.seen([[700, 5, 0], [0, 200, 0], [0, 0, 95]], units: 10)
        let harmless = Verdict(small, Self.thresholds(10_000))
        #expect(harmless.figures.shiftProbability < 1e-9 && harmless.decision == .promote, "\(harmless.reasons)")
        // 2 %, of which two in a hundred may be chance.
        let few = Verdict(Self.seen([[60, 2, 0], [0, 25, 0], [0, 0, 13]]), Self.thresholds(400))
        #expect(few.decision == .continue, "\(few.reasons)")
    }

    @Test("A challenger that is too sure of itself is not promoted")
    func calibration() {
        let table = [[585, 15, 0], [15, 235, 0], [0, 0, 150]]
        let sound = Verdict(Self.seen(table, units: 10, confidence: (0.97, 0.96)), Self.thresholds(10_000))
        #expect(sound.decision == .promote, "\(sound.reasons)")
        let sure = Verdict(Self.seen(table, units: 10, confidence: (0.97, 0.9999)), Self.thresholds(10_000))
        #expect(sure.decision == .reject)
        #expect(sure.reasons.count == 1 && sure.reasons[0].contains("calibration"), "\(sure.reasons)")
    }

    @Test("Inputs that are not those of the training are no ground for a promotion")
    func drift() {
        let seen = Self.seen(Self.alike, units: 10, value: 0.3)
        var inputs = InputStatistics(features: 1)
        inputs.add(Array(repeating: 0.3, count: 5000), count: 5000)
        let same = Verdict(seen, Self.thresholds(10_000), baseline: .init(source: .training, inputs: inputs))
        #expect(same.decision == .promote && same.figures.drift == [0], "\(same.reasons)")
        inputs.add(Array(repeating: 1.5, count: 15_000), count: 15_000)
        let other = Verdict(seen, Self.thresholds(10_000), baseline: .init(source: .training, inputs: inputs))
        #expect(other.decision == .reject && other.figures.drifted == [0])
        #expect(other.reasons == ["1 of 1 features have drifted from the challenger's training data"])
        // Of the kinds that it was trained with, one is like the traffic.
        let kinds = [Float(0.3), 1.5].map { value in
            var kind = InputStatistics(features: 1)
            kind.add(Array(repeating: value, count: 5000), count: 5000)
            return kind
        }
        let nearest = Verdict(
            seen, Self.thresholds(10_000), baseline: .init(source: .training, inputs: inputs, kinds: kinds))
        #expect(nearest.decision == .promote && nearest.figures.drift[0] < 0.01, "\(nearest.reasons)")
    }

    @Test("Without training statistics the later pairs are compared with the first")
    func driftOfTraffic() throws {
        let first = Self.seen(Self.alike, units: 3, value: 0.3)
        var all = first
        all += Self.seen(Self.alike, units: 7, value: 0.9)
        let baseline = Experiment.Baseline(source: .traffic, inputs: try #require(first.inputs))
        #expect(Verdict(first, Self.thresholds(10_000), baseline: baseline).figures.drift.isEmpty)
        let verdict = Verdict(all, Self.thresholds(10_000), baseline: baseline, last: 3000)
        #expect(verdict.decision == .reject && verdict.reasons[0].contains("drifted from the first pairs"))
    }

    @Test("The looks spend the significance once, little at first (Lan and DeMets 1983, O'Brien and Fleming's shape)")
    func spending() {
        // R: 2 - 2 * pnorm(qnorm(0.975) / sqrt(c(.25, .5, .75, 1)))
        let spent = [8.857543832130332e-05, 0.005574596680784527, 0.023625121317601305, 0.05]
        var (last, sum) = (0, 0.0)
        for (quarter, expected) in zip(1..., spent) {
            let seen = Self.seen([[1000, 0, 0], [0, 0, 0], [0, 0, 0]], units: quarter)
            sum += Verdict(seen, Self.thresholds(4000), last: last).figures.significance
            last = seen.pairs
            #expect(abs(sum - expected) < 1e-12)
        }
    }

    @Test("Looks are due at the quarters, each once, whatever is skipped")
    func looks() {
        let thresholds = Self.thresholds(1000)
        #expect(!thresholds.isLookDue(at: 249, last: 0) && thresholds.isLookDue(at: 250, last: 0))
        #expect(!thresholds.isLookDue(at: 499, last: 251) && thresholds.isLookDue(at: 500, last: 251))
        #expect(thresholds.isLookDue(at: 5000, last: 251) && !thresholds.isLookDue(at: 6000, last: 5000))
        #expect(Self.thresholds(1).isLookDue(at: 1, last: 0) && !Self.thresholds(1).isLookDue(at: 0, last: 0))
    }

    @Test("Units whose examples err together count for less")
    func designEffect() {
        // Ten units of a hundred, in one of which all disagree: as ten examples, one of which disagrees.
        var seen = Self.seen([[100, 0, 0], [0, 0, 0], [0, 0, 0]], units: 9)
        seen += Self.seen([[0, 100, 0], [0, 0, 0], [0, 0, 0]])
        #expect(abs(seen.designEffect - 1000.0 / 9) < 1e-9)
        #expect(Verdict(seen, Self.thresholds(1000)).figures.agreementInterval[0] < 0.7)
        #expect(Self.seen(Self.alike, units: 10).designEffect == 1)
    }

    @Test("Observations add up in any order and survive storage")
    func merging() throws {
        let parts = [
            Self.seen(Self.alike),
            Self.seen([[1, 2, 3], [4, 5, 6], [7, 8, 9]], confidence: (0.34, 0.9), value: -0.2),
            Self.seen([[0, 0, 0], [0, 0, 0], [0, 0, 1]], confidence: (1, .nan), value: .nan),
        ]
        let forwards = parts.reduce(into: Observations(.genotypes, features: 1)) { $0 += $1 }
        let backwards = parts.reversed().reduce(into: Observations(.genotypes, features: 1)) { $0 += $1 }
        #expect(forwards == backwards)
        #expect(Observations(.genotypes, counts: forwards.counts) == forwards)
        #expect(forwards.pairs == 1046 && forwards.units == 3)
        #expect(Observations(.genotypes, counts: Array(forwards.counts.dropLast())) == nil)
        #expect(Observations(.genotypes, counts: forwards.counts.map { -$0 }) == nil)
    }

    @Test("The tests have the values of other programs")
    func references() {
        // numpy: d = (12, -3), S = [[18, -13], [-13, 33]] of the table; scipy.stats.chi2.sf(13.7647, 2).
        let table = [[20, 10, 5], [3, 30, 15], [0, 5, 40]]
        #expect(abs(PairedTests.marginalHomogeneity(table) - 0.001025727726558075) < 1e-12)
        let exact = [0.007537841796875, 0.7283324808813632, 0.004077315330505371]
        for index in 0..<3 { #expect(abs(PairedTests.mcNemar(table, class: index) - exact[index]) < 1e-12) }
        // Six disagreements: the exact probabilities, times three.
        #expect(PairedTests.marginalHomogeneity([[900, 3, 0], [1, 60, 2], [0, 0, 34]]) == 1)
        // One genotype is never in dispute: McNemar's χ² of 2000 and 1500, erfc(sqrt(71.43 / 2)).
        let two = [[900, 2000, 0], [1500, 60, 0], [0, 0, 34]]
        #expect(abs(PairedTests.marginalHomogeneity(two) / 2.8747902253556785e-17 - 1) < 1e-9)
        #expect(abs(PairedTests.mcNemar(two, class: 0) / 2.942363832253335e-17 - 1) < 1e-9)
        // numpy and scipy again: 0.3928773318258903 on three degrees of freedom.
        let four = [[50, 8, 3, 1], [4, 60, 7, 2], [9, 1, 70, 5], [0, 6, 2, 40]]
        #expect(abs(PairedTests.marginalHomogeneity(four) - 0.9417099092193853) < 1e-9)
    }

    // MARK: - Labels and numbers

    /// Units of what both say of examples of two scores.
    private static func unit(
        _ outcome: Outcome, tolerance: Double? = nil, _ champion: [[Float]], _ challenger: [[Float]], units: Int = 1
    ) throws -> Observations {
        let answers = try Answers(outcome, tolerance: tolerance)
        let unit = Observations(answers, champion: champion, challenger: challenger, values: [], features: 0)
        return (0..<units).reduce(into: Observations(answers, features: 0)) { sum, _ in sum += unit }
    }

    @Test("Each label of an example is an answer, and one that is said more often ends the trial")
    func labels() throws {
        let champion: [[Float]] = Array(repeating: [0.9, 0.2], count: 90) + Array(repeating: [0.1, 0.2], count: 10)
        let same = try Self.unit(.labels(["bound", "open"]), champion, champion, units: 10)
        let verdict = Verdict(same, Self.thresholds(1000))
        #expect(verdict.decision == .promote, "\(verdict.reasons)")
        #expect(verdict.figures.pairs == 1000 && verdict.figures.table == [[100, 0], [0, 900], [1000, 0], [0, 0]])
        #expect(verdict.figures.drift.isEmpty && verdict.figures.shifts == [0, 0])
        // Sure of 0.9 and 0.8, and always confirmed.
        #expect(abs(verdict.figures.calibrationErrors[0] - 0.15) < 1e-5)

        let bolder: [[Float]] = Array(repeating: [0.9, 0.2], count: 90) + Array(repeating: [0.1, 0.6], count: 10)
        let other = try Self.unit(.labels(["bound", "open"]), champion, bolder, units: 10)
        let rejected = Verdict(other, Self.thresholds(1000))
        #expect(rejected.figures.agreement == 0.95 && rejected.figures.shifts == [0, 0.1])
        #expect(rejected.reasons.contains { $0.hasPrefix("open is called 10.00% of all calls more often") })
    }

    @Test("Each label is judged by its own disagreements, not by those of another")
    func ownProbability() throws {
        // A is said more often by 1.2 %, which may be chance; B by 0.5 %, which is none and harmless.
        var (champion, challenger): ([[Float]], [[Float]]) = ([], [])
        for example in 0..<10_000 {
            let a = example < 1245 ? (1, 0) : example < 2610 ? (0, 1) : (0, 0)
            let b = example < 10 ? (1, 0) : example < 70 ? (0, 1) : (0, 0)
            champion.append([Float(a.0), Float(b.0)] + [Float](repeating: 0, count: 8))
            challenger.append([Float(a.1), Float(b.1)] + [Float](repeating: 0, count: 8))
        }
        let names = ["A", "B"] + (0..<8).map { "L\($0)" }
        var thresholds = Self.thresholds(10_000)
        thresholds.agreement = 0.9
        let verdict = Verdict(try Self.unit(.labels(names), champion, challenger), thresholds)
        #expect(verdict.figures.shifts[0] == 0.012 && verdict.figures.shifts[1] == 0.005)
        #expect(verdict.figures.shiftProbability < 1e-6)
        #expect(!verdict.reasons.contains { $0.hasPrefix("A is called") }, "\(verdict.reasons)")
    }

    @Test("Numbers within the tolerance are the same, and one that is said to be greater too often ends the trial")
    func numbers() throws {
        let champion: [[Float]] = (0..<100).map { [Float($0)] }
        let near = try Self.unit(.values(["x"]), tolerance: 0.5, champion, champion.map { [$0[0] + 0.4] }, units: 10)
        let verdict = Verdict(near, Self.thresholds(1000))
        #expect(verdict.decision == .promote, "\(verdict.reasons)")
        #expect(verdict.figures.agreement == 1 && abs(verdict.figures.meanDifference - 0.8) < 1e-4)
        #expect(verdict.reasons.first?.hasPrefix("both say the same number, within 0.5, of 100.00%") == true)
        #expect(!verdict.reasons.contains { $0.contains("calibration") })

        // Four of a hundred are greater by more: alike enough, and biased.
        let biased = champion.enumerated().map { [$1[0] + ($0 < 4 ? 0.6 : 0)] }
        let greater = Verdict(
            try Self.unit(.values(["x"]), tolerance: 0.5, champion, biased, units: 10), Self.thresholds(1000))
        #expect(greater.figures.table == [[960, 40], [0, 0]] && greater.figures.shifts == [0.04])
        #expect(greater.reasons.first?.hasPrefix("x is said to be greater 4.00% of all times more often") == true)
        // As many are smaller.
        let spread = champion.enumerated().map { [$1[0] + ($0 < 2 ? 0.6 : $0 < 4 ? -0.6 : 0)] }
        let even = try Self.unit(.values(["x"]), tolerance: 0.5, champion, spread, units: 10)
        var thresholds = Self.thresholds(1000)
        thresholds.agreement = 0.94
        #expect(Verdict(even, thresholds).decision == .promote)
    }

    @Test("Numbers need a tolerance, probabilities none, and what nobody could store is refused")
    func answers() throws {
        for tolerance in [nil, 0, -1, .nan] as [Double?] {
            #expect(throws: RegistryError.self) { try Answers(.values(["x"]), tolerance: tolerance) }
        }
        #expect(throws: RegistryError.self) { try Answers(.classes(["a", "b"]), tolerance: 1) }
        #expect(throws: RegistryError.self) { try Answers(.labels((0..<65).map(String.init))) }
        let answers = try Answers(.labels(["a", "b"]))
        #expect(answers.fits(.labels(["a", "b"])))
        #expect(!answers.fits(.classes(["a", "b"])) && !answers.fits(.labels(["b", "a"])))
        // A verdict of an earlier version of the suite.
        let old = Verdict(Self.seen(Self.alike), Self.thresholds(10))
        var figures = try #require(
            try JSONSerialization.jsonObject(with: JSONEncoder().encode(old.figures)) as? [String: Any])
        figures["answers"] = nil
        let read = try JSONDecoder().decode(
            Verdict.Figures.self, from: JSONSerialization.data(withJSONObject: figures))
        #expect(read.said.names == ["0/0", "0/1", "1/1"] && read.table == Self.alike)
    }
}
