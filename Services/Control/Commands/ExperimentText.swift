import Foundation
import ModelRegistry

/// An experiment's figures for people.
enum ExperimentText {
    static func lines(_ experiment: Experiment, _ verdict: Verdict?) -> [String] {
        var lines = [
            "Experiment \(experiment.id): \(ExperimentCommands.title(experiment))",
            "begun     \(experiment.startedAt.formatted(.iso8601)) by \(experiment.actor): \(experiment.reason)",
            "verdict   \(experiment.automatic ? "carried out by infer" : "left to the operator")",
            "state     \(experiment.state.rawValue)"
                + (experiment.endedAt.map { " at \($0.formatted(.iso8601)) by \(experiment.endedBy ?? "")" } ?? ""),
        ]
        if let outcome = experiment.outcome { lines.append("outcome   \(outcome)") }
        guard let verdict else { return lines + ["", "There is no pair yet."] }
        if experiment.state == .open { lines.append("decision  \(verdict.decision.rawValue)") }
        return lines + [""] + figures(verdict.figures, experiment.thresholds) + [""] + table(verdict.figures)
    }

    private static func figures(_ figures: Verdict.Figures, _ thresholds: Thresholds) -> [String] {
        let interval = figures.agreementInterval.map(percent).joined(separator: " to ")
        let shift = figures.shifts.map(abs).max() ?? 0
        let worst = figures.drift.indices.max { figures.drift[$0] < figures.drift[$1] }
        return TextTable.lines(
            ["figure", "value", "asked for", ""],
            [
                [
                    "examples", "\(figures.pairs)", "\(thresholds.examples)",
                    "in \(figures.units) units; \(number(figures.designEffect)) count as one",
                ],
                ["agreement", percent(figures.agreement), "\(percent(thresholds.agreement)) or more", interval],
                figures.said.kind == .values
                    ? ["mean distance", number(figures.meanDifference), "", "tolerances of \(figures.said.tolerance)"]
                    : ["mean difference", percent(figures.meanDifference), "", "|Δp|, of classes half its sum"],
                [
                    "greatest shift", percent(shift), "\(percent(thresholds.shift)) or less",
                    "p = \(number(figures.shiftProbability))",
                ],
                [
                    "calibration error", percent(figures.calibrationErrors[1]),
                    "\(percent(figures.calibrationErrors[0] + thresholds.miscalibration)) or less",
                    "production's is \(percent(figures.calibrationErrors[0]))",
                ],
                [
                    "mean confidence", percent(figures.meanConfidence[1]), "",
                    "production's is \(percent(figures.meanConfidence[0]))",
                ],
                [
                    "features that drifted", "\(figures.drifted.count) of \(figures.drift.count)",
                    "\(percent(thresholds.driftedShare)) or less",
                    worst.map { "feature \($0) most, PSI \(number(figures.drift[$0]))" }
                        ?? "nothing to compare with yet",
                ],
            ])
    }

    /// Who said what; of classes one table, of labels and numbers a line each.
    private static func table(_ figures: Verdict.Figures) -> [String] {
        let said = figures.said
        if said.kind == .classes {
            return TextTable.lines(
                ["production \\ challenger"] + said.names,
                zip(said.names, figures.table).map { [$0] + $1.map(String.init) })
        }
        let header =
            said.kind == .labels
            ? ["label", "neither", "challenger alone", "production alone", "both"]
            : ["number", "the same", "challenger says more", "production says more"]
        let rows = said.names.enumerated().map { place, name in
            let cells = (figures.table[2 * place] + figures.table[2 * place + 1]).map(String.init)
            return [name] + (said.kind == .labels ? cells : Array(cells.prefix(3)))
        }
        return TextTable.lines(header, rows)
    }

    private static let locale = Locale(identifier: "en_US_POSIX")

    private static func percent(_ share: Double) -> String {
        share.formatted(.percent.precision(.fractionLength(2)).locale(locale))
    }

    private static func number(_ value: Double) -> String {
        value.formatted(.number.precision(.significantDigits(2)).grouping(.never).locale(locale))
    }
}
