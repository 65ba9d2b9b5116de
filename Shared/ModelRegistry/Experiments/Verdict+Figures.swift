import Foundation
import NeuralNetwork
import Statistics

extension Verdict.Figures {
    init(_ seen: Observations, _ thresholds: Thresholds, baseline: Experiment.Baseline?, last: Int) {
        let (answers, tables) = (seen.answers, seen.tables)
        self.answers = answers
        pairs = seen.pairs
        units = seen.units
        designEffect = seen.designEffect
        table = Array(tables.joined())
        let judgements = Double(max(1, seen.judgements))
        agreement = Double(seen.agreements) / judgements
        significance = Self.significance(thresholds, at: pairs, last: last)
        let interval = WilsonInterval.of(
            share: agreement, trials: Double(seen.judgements) / designEffect,
            z: NormalDistribution.quantile(exceededWith: 0.05))
        agreementInterval = [interval.lowerBound, interval.upperBound]
        meanDifference = seen.meanDifference
        if answers.kind == .classes {
            shifts = PairedTests.shifts(table)
            shiftProbability = PairedTests.marginalHomogeneity(table, designEffect: designEffect)
            shiftProbabilities = table.indices.map { [table] in PairedTests.mcNemar(table, class: $0) }
        } else {
            // Two answers: what one has more, the other has less.
            shifts = tables.map { PairedTests.shifts($0)[1] }
            shiftProbabilities = tables.map { PairedTests.mcNemar($0, class: 1) }
            let each = tables.map { PairedTests.marginalHomogeneity($0, designEffect: seen.designEffect) }
            shiftProbability = min(1, Double(tables.count) * (each.min() ?? 1))
        }
        let bins = Observations.Side.allCases.map(seen.confidence)
        let whole = Double(max(1, bins[0].reduce(0) { $0 + $1.count }))
        meanConfidence = bins.map { $0.reduce(0) { $0 + $1.confidence } / whole }
        calibrationErrors = bins.map { $0.reduce(0) { $0 + abs($1.confidence - Double($1.agreeing)) } / whole }
        self.baseline = baseline?.source
        drift = Self.drift(of: seen.inputs, against: baseline)
        drifted = drift.indices.filter { [drift] in drift[$0] > thresholds.drift }
    }

    /// What the look adds to the significance that is spent: α*(t) = 2 − 2Φ(z / √t) at the share t of the planned pairs.
    private static func significance(_ thresholds: Thresholds, at pairs: Int, last: Int) -> Double {
        let z = NormalDistribution.quantile(exceededWith: thresholds.significance / 2)
        func spent(_ pairs: Int) -> Double {
            let t = min(1, Double(pairs) / Double(thresholds.examples))
            return t > 0 ? 2 * NormalDistribution.tail(z / t.squareRoot()) : 0
        }
        return max(0, spent(pairs) - spent(last))
    }

    /// The stability indices; those of the pairs behind the baseline where it is made of the first ones.
    private static func drift(of inputs: InputStatistics?, against baseline: Experiment.Baseline?) -> [Double] {
        guard let inputs, let baseline, baseline.inputs.features == inputs.features else { return [] }
        let compared = baseline.source == .traffic ? inputs - baseline.inputs : inputs
        guard compared.examples > 0 else { return [] }
        let kinds = (baseline.kinds ?? []).filter { $0.features == inputs.features && $0.examples > 0 }
        return compared.stabilityIndices(
            against: kinds.isEmpty ? baseline.inputs : .mixture(of: kinds, like: compared))
    }

    /// What the challenger certainly does wrong; the two tests share the look's significance.
    func harm(_ thresholds: Thresholds) -> [String] {
        guard significance > 0 else { return [] }
        var reasons: [String] = []
        let z = NormalDistribution.quantile(exceededWith: significance / 2)
        let best = WilsonInterval.of(share: agreement, trials: judgements / designEffect, z: z).upperBound
        if best < thresholds.agreement {
            reasons.append(
                "\(alike) \(percent(agreement)) of the examples, at best of \(percent(best)): "
                    + "\(percent(thresholds.agreement)) are asked for")
        }
        let greatest = shifts.indices.max { abs(shifts[$0]) < abs(shifts[$1]) } ?? 0
        let places = said.kind == .classes ? [greatest] : shifts.indices.sorted { abs(shifts[$0]) > abs(shifts[$1]) }
        for place in places where abs(shifts[place]) > thresholds.shift {
            let shiftProbability = probability(ofShift: place)
            guard shiftProbability < significance / 2 else { continue }
            reasons.append(
                "\(shifted(place)) (p = \(shiftProbability.formatted(.number.precision(.significantDigits(2)))))")
        }
        return reasons
    }

    /// What the challenger has not shown by the last look.
    func shortcomings(_ thresholds: Thresholds) -> [String] {
        var reasons: [String] = []
        if agreementInterval[0] < thresholds.agreement {
            reasons.append(
                "that \(alike) \(percent(thresholds.agreement)) of the examples is not shown: it is "
                    + "\(percent(agreement)), at worst \(percent(agreementInterval[0]))")
        }
        let excess = calibrationErrors[1] - calibrationErrors[0]
        if excess > thresholds.miscalibration {
            reasons.append(
                "the challenger's calibration error is \(percent(calibrationErrors[1])), the champion's "
                    + percent(calibrationErrors[0]))
        }
        if Double(drifted.count) > thresholds.driftedShare * Double(drift.count) {
            reasons.append(
                "\(drifted.count) of \(drift.count) features have drifted from the "
                    + (baseline == .training ? "challenger's training data" : "first pairs"))
        }
        return reasons
    }

    /// What the challenger has shown.
    func merits(_ thresholds: Thresholds) -> [String] {
        [
            "\(alike) \(percent(agreement)) of \(pairs) examples, at worst of " + percent(agreementInterval[0]),
            said.kind == .values
                ? "no number is much more or less often said greater" : "nothing is called much more or less often",
        ]
            + (said.kind == .values
                ? []
                : [
                    "calibration errors are \(percent(calibrationErrors[0])) and \(percent(calibrationErrors[1]))"
                ]) + [
                drift.isEmpty
                    ? "the inputs could be compared with nothing"
                    : "\(drifted.count) of \(drift.count) features have drifted"
            ]
    }

    /// What is compared; of a verdict that does not say, genotypes.
    public var said: Answers { answers ?? .genotypes }

    /// Answers to all questions.
    private var judgements: Double { Double(pairs * said.questions) }

    /// The probability of a shift such as that of a class, a label or a number: of classes all are tested at once, of the others each
    /// by itself, corrected for their number.
    private func probability(ofShift place: Int) -> Double {
        guard said.kind != .classes else { return shiftProbability }
        let own = Array(table[2 * place..<2 * place + 2])
        return min(1, Double(shifts.count) * PairedTests.marginalHomogeneity(own, designEffect: designEffect))
    }

    private var alike: String {
        switch said.kind {
        case .classes: "both call the same class of"
        case .labels: "both say the same of the labels of"
        case .values: "both say the same number, within \(said.tolerance), of"
        }
    }

    private func shifted(_ place: Int) -> String {
        let (share, direction) = (percent(abs(shifts[place])), shifts[place] > 0 ? "more" : "less")
        let name = said.names.indices.contains(place) ? said.names[place] : "\(place)"
        return said.kind == .values
            ? "\(name) is said to be greater \(share) of all times \(direction) often than smaller"
            : "\(name) is called \(share) of all calls \(direction) often"
    }

    private func percent(_ share: Double) -> String {
        share.formatted(.percent.precision(.fractionLength(2)).locale(Locale(identifier: "en_US_POSIX")))
    }
}
