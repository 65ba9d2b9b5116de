import Foundation
import NeuralNetwork

extension Verdict.Figures {
    init(_ seen: Observations, _ thresholds: Thresholds, baseline: Experiment.Baseline?, last: Int) {
        pairs = seen.pairs
        units = seen.units
        designEffect = seen.designEffect
        table = seen.table
        agreement = Double(seen.agreements) / Double(max(1, pairs))
        significance = Self.significance(thresholds, at: pairs, last: last)
        let interval = PairedTests.wilson(
            share: agreement, n: Double(pairs) / designEffect, z: PairedTests.normalQuantile(exceededWith: 0.05))
        agreementInterval = [interval.lowerBound, interval.upperBound]
        meanDifference = seen.meanDifference
        shifts = PairedTests.shifts(table)
        shiftProbability = PairedTests.marginalHomogeneity(table, designEffect: designEffect)
        shiftProbabilities = table.indices.map { [table] in PairedTests.mcNemar(table, class: $0) }
        let bins = Observations.Side.allCases.map(seen.confidence)
        let whole = Double(max(1, pairs))
        meanConfidence = bins.map { $0.reduce(0) { $0 + $1.confidence } / whole }
        calibrationErrors = bins.map { $0.reduce(0) { $0 + abs($1.confidence - Double($1.agreeing)) } / whole }
        self.baseline = baseline?.source
        drift = Self.drift(of: seen.inputs, against: baseline)
        drifted = drift.indices.filter { [drift] in drift[$0] > thresholds.drift }
    }

    /// What the look adds to the significance that is spent: α*(t) = 2 − 2Φ(z / √t) at the share t of the planned pairs.
    private static func significance(_ thresholds: Thresholds, at pairs: Int, last: Int) -> Double {
        let z = PairedTests.normalQuantile(exceededWith: thresholds.significance / 2)
        func spent(_ pairs: Int) -> Double {
            let t = min(1, Double(pairs) / Double(thresholds.examples))
            return t > 0 ? 2 * PairedTests.normalTail(z / t.squareRoot()) : 0
        }
        return max(0, spent(pairs) - spent(last))
    }

    /// The stability indices; those of the pairs behind the baseline where it is made of the first ones.
    private static func drift(of inputs: InputStatistics, against baseline: Experiment.Baseline?) -> [Double] {
        guard let baseline, baseline.inputs.features == inputs.features else { return [] }
        let compared = baseline.source == .traffic ? inputs - baseline.inputs : inputs
        return compared.examples > 0 ? compared.stabilityIndices(against: baseline.inputs) : []
    }

    /// What the challenger certainly does wrong; the two tests share the look's significance.
    func harm(_ thresholds: Thresholds) -> [String] {
        guard significance > 0 else { return [] }
        var reasons: [String] = []
        let z = PairedTests.normalQuantile(exceededWith: significance / 2)
        let best = PairedTests.wilson(share: agreement, n: Double(pairs) / designEffect, z: z).upperBound
        if best < thresholds.agreement {
            reasons.append(
                "both call the same genotype of \(percent(agreement)) of the examples, at best of \(percent(best)): "
                    + "\(percent(thresholds.agreement)) are asked for")
        }
        let greatest = shifts.indices.max { abs(shifts[$0]) < abs(shifts[$1]) } ?? 0
        if abs(shifts[greatest]) > thresholds.shift, shiftProbability < significance / 2 {
            reasons.append(
                "genotype \(greatest) is called \(percent(abs(shifts[greatest]))) of all calls "
                    + "\(shifts[greatest] > 0 ? "more" : "less") often (p = \(shiftProbability.formatted(.number.precision(.significantDigits(2)))))"
            )
        }
        return reasons
    }

    /// What the challenger has not shown by the last look.
    func shortcomings(_ thresholds: Thresholds) -> [String] {
        var reasons: [String] = []
        if agreementInterval[0] < thresholds.agreement {
            reasons.append(
                "that both call the same genotype of \(percent(thresholds.agreement)) of the examples is not shown: it is "
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
            "both call the same genotype of \(percent(agreement)) of \(pairs) examples, at worst of "
                + percent(agreementInterval[0]), "no genotype is called much more or less often",
            "calibration errors are \(percent(calibrationErrors[0])) and \(percent(calibrationErrors[1]))",
            drift.isEmpty
                ? "the inputs could be compared with nothing"
                : "\(drifted.count) of \(drift.count) features have drifted",
        ]
    }

    private func percent(_ share: Double) -> String {
        share.formatted(.percent.precision(.fractionLength(2)).locale(Locale(identifier: "en_US_POSIX")))
    }
}
