import Foundation
import NeuralNetwork

extension ModelCard {
    /// The card's sections, in Mitchell's order.
    func document() -> CardDocument {
        CardDocument(
            title: "Model card: \(version.label)",
            lead: description?.summary ?? "Nobody has described the model yet (`helicase models describe`).",
            sections: [details, use, training].compactMap { $0 }
                + evaluations.enumerated().map { evaluationSection($1, number: $0 + 1) }
                + [calibration, limits, promotion, lineage, changes].compactMap { $0 })
    }

    private var details: CardDocument.Section {
        let inputs = package.architecture.inputs.map { input in
            "\(input.name) (\(input.kind.rawValue), \(input.shape.map(String.init).joined(separator: " × ")))"
        }
        let rows = [
            ["version", version.label], ["state", version.state.rawValue],
            ["registered", Self.time(version.createdAt)],
            ["inputs", inputs.joined(separator: ", ")], ["features", "version \(package.featureVersion)"],
            ["outputs", package.labels.joined(separator: ", ")], ["parameters", "\(package.weights.count)"],
            ["SHA-256 of the package", version.digest],
        ]
        return CardDocument.Section(
            title: "Model details",
            blocks: [.table(["property", "value"], rows + (description?.contact.map { [["contact", $0]] } ?? []))])
    }

    private var use: CardDocument.Section? {
        guard let description else { return nil }
        var blocks: [CardDocument.Block] = []
        if let use = description.intendedUse, !use.isEmpty { blocks += [.paragraph("It is meant for:"), .list(use)] }
        if let not = description.outOfScope, !not.isEmpty {
            blocks += [.paragraph("It is not meant for:"), .list(not)]
        }
        return blocks.isEmpty ? nil : CardDocument.Section(title: "Intended use", blocks: blocks)
    }

    private var training: CardDocument.Section {
        let lineage = package.lineage
        var blocks: [CardDocument.Block] = []
        if !lineage.split.isEmpty { blocks.append(.paragraph("Split: \(lineage.split).")) }
        if !lineage.data.isEmpty {
            blocks.append(
                .table(["data", "`SHA-256"], lineage.data.sorted { $0.key < $1.key }.map { [$0.key, $0.value] }))
        }
        if !lineage.metrics.isEmpty {
            blocks.append(
                .table(
                    ["figure of the training", "#value"],
                    lineage.metrics.sorted { $0.key < $1.key }.map { [$0.key, Self.number($0.value)] }))
        }
        if let plot = learningCurve() {
            blocks.append(.plots([.init(file: "learning-curve.svg", plot: plot, caption: "Learning curve")]))
        } else {
            blocks.append(.paragraph("The package holds no learning curve."))
        }
        return CardDocument.Section(title: "Training", blocks: blocks)
    }

    private func evaluationSection(
        _ item: (evaluation: Evaluation, set: EvaluationSet), number: Int
    ) -> CardDocument.Section {
        let (evaluation, set) = item
        let about = set.description.isEmpty ? [] : [CardDocument.Block.paragraph("The examples: \(set.description).")]
        var blocks: [CardDocument.Block] =
            about + [
                .paragraph(
                    "\(set.examples) examples in \(set.files.count) files, set digest \(set.digest). Evaluated by "
                        + "\(evaluation.actor) at \(Self.time(evaluation.at)). Intervals hold 95 % of the bootstrap's resamples "
                        + "of the examples."),
                .table(
                    ["metric", "#value", "#from", "#to", "better"],
                    EvaluationMetric.all(for: set.kind).compactMap { metric in
                        evaluation.metrics[metric.name].map {
                            [
                                metric.title, Self.figure($0.value), Self.figure($0.low), Self.figure($0.high),
                                metric.direction.rawValue,
                            ]
                        }
                    }),
            ]
        let plots = searchPlots(evaluation, number: number) + confusionPlot(evaluation, set, number: number)
        if !plots.isEmpty { blocks.append(.plots(plots)) }
        return CardDocument.Section(title: "Evaluation on \(set.name)", blocks: blocks)
    }

    private var calibration: CardDocument.Section {
        let calibration = package.calibration
        let method =
            calibration.isotonic.isEmpty
            ? "Logits are divided by a temperature of \(calibration.temperature), fitted on validation examples."
            : "Probabilities go through \(calibration.isotonic.count) isotonic maps, fitted on validation examples, after a "
                + "temperature of \(calibration.temperature)."
        var blocks: [CardDocument.Block] = [.paragraph(method)]
        let rows = evaluations.compactMap { evaluation, set -> [String]? in
            guard let after = evaluation.figures.reliabilityAfter else { return nil }
            let before = evaluation.figures.reliabilityBefore
            return [
                set.name, before.map { Self.figure($0.expectedCalibrationError) } ?? "",
                Self.figure(after.expectedCalibrationError),
                before.map { Self.figure($0.maximumCalibrationError) } ?? "",
                Self.figure(after.maximumCalibrationError),
            ]
        }
        if !rows.isEmpty {
            blocks.append(.table(["set", "#ECE before", "#ECE after", "#greatest before", "#greatest after"], rows))
        }
        let plots = evaluations.enumerated().flatMap { reliabilityPlot($1.evaluation, number: $0 + 1) }
        if !plots.isEmpty {
            blocks.append(.paragraph("The larger a marker, the more examples have this confidence."))
            blocks.append(.plots(plots))
        }
        return CardDocument.Section(title: "Calibration", blocks: blocks)
    }

    private var limits: CardDocument.Section? {
        let items = (description?.limits ?? []) + observedLimits
        return items.isEmpty ? nil : CardDocument.Section(title: "Limits", blocks: [.list(items)])
    }

    /// What the figures themselves warn of.
    private var observedLimits: [String] {
        if evaluations.isEmpty {
            return ["This version was not evaluated on any set: nothing here says how well it does."]
        }
        return evaluations.flatMap { evaluation, set in
            var limits: [String] = []
            let trained = set.files.count { $0.split == "training" }
            if trained > 0 {
                limits.append("\(trained) of the \(set.files.count) files of \(set.name) are marked for training.")
            }
            if case .classes(let names, _) = set.kind, let confusion = evaluation.figures.confusion {
                for (name, row) in zip(names, confusion) where row.reduce(0, +) < 100 {
                    limits.append("\(set.name) has only \(row.reduce(0, +)) examples of \(name).")
                }
            }
            return limits
        }
    }

    private var promotion: CardDocument.Section? {
        if policies.isEmpty { return nil }
        return CardDocument.Section(
            title: "Policy of promotion",
            blocks: [.list(policies.map { "\($0.sentence) (\($0.actor), \(Self.time($0.createdAt)): \($0.reason))" })])
    }

    private var lineage: CardDocument.Section {
        let lineage = package.lineage
        return CardDocument.Section(
            title: "Lineage",
            blocks: [
                .paragraph("Seed \(lineage.seed). The same command on the same data gives the same bytes:"),
                .code(lineage.command),
            ])
    }

    private var changes: CardDocument.Section {
        CardDocument.Section(
            title: "History",
            blocks: [
                .table(
                    ["time", "change", "by", "reason"],
                    history.map { [Self.time($0.at), $0.action.rawValue, $0.actor, $0.reason] })
            ])
    }

    private static func time(_ date: Date) -> String { date.formatted(.iso8601) }

    /// A figure among others: five decimals, or three digits where these would say nothing.
    static func figure(_ value: Double) -> String {
        let isPlain = value == 0 || (1e-3..<1e5).contains(abs(value))
        return String(format: isPlain ? "%.5f" : "%.3g", value)
    }

    /// A number on its own: counts as they are, others like ``figure(_:)``.
    static func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e9 ? "\(Int(value))" : figure(value)
    }
}
