import NeuralNetwork

/// How well variants of genes that a model did not see are told apart, by source and kind, network and regression side by side.
struct PathogenicityFigures {
    /// By name: `missense.clinvar.frequency.network.auroc`, and the ends of its interval as `.low` and `.high`.
    private(set) var metrics: [String: Double] = [:]

    /// What is compared: which output, of which variants.
    private static let outputs = ["change", "frequency"]

    init(_ variants: [LabelledVariant], _ judged: PathogenicityTraining.Judged, seed: UInt64) {
        let genes = Set(variants.map(\.input.gene)).sorted()
        let numbers = Dictionary(uniqueKeysWithValues: genes.enumerated().map { ($1, Int64($0)) })
        for (kind, isMeant) in [("all", { _ in true }), ("missense", { $0 == ChangeKind.missense })] {
            for source in LabelledVariant.Source.allCases.map(Optional.some) + [nil] {
                for (output, title) in Self.outputs.enumerated() {
                    let indices = variants.indices.filter { index in
                        let variant = variants[index]
                        return isMeant(variant.input.kind) && (source == nil || variant.source == source)
                            && (output == 0 || variant.input.frequency != .notLookedUp)
                    }
                    // With frequency there is one source alone, which is said once.
                    if output == 1, source != .clinVar { continue }
                    let groups = ExampleGroups(
                        count: indices.count, groups: indices.map { numbers[variants[$0].input.gene] ?? 0 })
                    add(
                        "\(kind).\(source?.rawValue ?? "both").\(title)", indices, groups,
                        variants, judged, output, seed)
                }
            }
        }
    }

    private mutating func add(
        _ name: String, _ indices: [Int], _ groups: ExampleGroups, _ variants: [LabelledVariant],
        _ judged: PathogenicityTraining.Judged, _ output: Int, _ seed: UInt64
    ) {
        let positives = indices.map { variants[$0].isPathogenic }
        func ranked(_ scores: [[Float]]) -> RankedScores {
            RankedScores(scores: indices.map { scores[$0][output] }, positives: positives)
        }
        let (network, regression) = (ranked(judged.network), ranked(judged.regression))
        if output == 1 { metrics["\(name).stacked.auroc"] = ranked(judged.stacked).auroc() }
        metrics["\(name).pathogenic"] = Double(positives.count { $0 })
        metrics["\(name).benign"] = Double(positives.count { !$0 })
        let estimates = MetricEstimate.bootstrap(
            count: indices.count, groups: groups, seed: seed,
            [
                "network": { network.auroc(weights: $0) }, "regression": { regression.auroc(weights: $0) },
                "difference": { weights in
                    guard let a = network.auroc(weights: weights), let b = regression.auroc(weights: weights) else {
                        return nil
                    }
                    return a - b
                },
            ])
        for (title, estimate) in estimates {
            metrics["\(name).\(title).auroc"] = estimate.value
            metrics["\(name).\(title).auroc.low"] = estimate.low
            metrics["\(name).\(title).auroc.high"] = estimate.high
        }
        if output == 1 {
            let rarity = indices.map { index -> Float in
                if case .share(let share) = variants[index].input.frequency { return Float(-share) }
                return 0
            }
            metrics["\(name).alone.auroc"] = RankedScores(scores: rarity, positives: positives).auroc()
        }
    }
}
