import NeuralNetwork

/// A figure of predictions, by the name under which evaluations and policies know it.
public struct EvaluationMetric: Sendable {
    /// Which values are better.
    public enum Direction: String, Sendable, Codable, CaseIterable {
        /// Greater ones.
        case higher
        /// Smaller ones.
        case lower
    }

    /// A figure of examples by how often each counts, nil standing for once; nil where it is not defined, such as the
    /// recall of a class without examples.
    typealias Measure = (_ weights: [Double]?) -> Double?

    /// The name, such as `auroc` or `recall:0/1`.
    public let name: String
    /// The name for people.
    public let title: String
    /// Which values are better.
    public let direction: Direction
    /// Does once what every resample needs, such as ranking.
    let prepare: @Sendable (ScoredExamples) -> Measure

    init(
        _ name: String, _ title: String, _ direction: Direction,
        _ prepare: @escaping @Sendable (ScoredExamples) -> Measure
    ) {
        self.name = name
        self.title = title
        self.direction = direction
        self.prepare = prepare
    }

    /// By how much `version` is better than `production` on the same examples, in pairs: above 0 is better, whatever
    /// the direction; examples of one group are resampled together.
    func advantage(of version: ScoredExamples, over production: ScoredExamples) -> MetricEstimate? {
        precondition(
            version.targets.elementsEqual(production.targets) { $0.bitPattern == $1.bitPattern },
            "versions are compared on the same examples")
        let (better, worse) = direction == .higher ? (version, production) : (production, version)
        return MetricEstimate.difference(
            count: version.count, groups: version.groups, from: prepare(worse), to: prepare(better))
    }
}

extension EvaluationMetric {
    /// The metrics of a kind of predictions: a new one is a new line here.
    public static func all(for kind: ScoredExamples.Kind) -> [EvaluationMetric] {
        switch kind {
        case .classes(let names, let background):
            common + (background == nil ? [] : search)
                + names.enumerated().map { index, name in
                    classes("recall:\(name)", "recall of \(name)", .higher) {
                        $0.confusion(weights: $1).recall(of: index)
                    }
                }
        case .binary: common + search
        case .regression: numbers
        case .labels(let names): columns(names, common + search, .binary)
        case .numbers(let names): columns(names, numbers, .regression)
        case .counts(let names) where names.count == 1:
            counts.map { metric in
                EvaluationMetric(metric.name, metric.title, metric.direction) {
                    $0.slice(column: 0, of: 1, kind: .regression).measure(metric)
                }
            }
        case .counts(let names): columns(names, counts, .regression)
        case .heads(let parts): heads(parts)
        }
    }

    /// The metrics of several columns, `metric:column`, and their means.
    private static func columns(
        _ names: [String], _ metrics: [EvaluationMetric], _ kind: ScoredExamples.Kind
    ) -> [EvaluationMetric] {
        several(
            names.enumerated().map { column, name in
                (name, metrics, { $0.slice(column: column, of: names.count, kind: kind) })
            }
        ) { "\($0):\($1)" }
    }

    /// The metrics of heads, `head.metric`, and the means of those that all heads have.
    private static func heads(_ parts: [ScoredExamples.Kind.Part]) -> [EvaluationMetric] {
        var (offset, targetOffset) = (0, 0)
        let outputs = parts.map { part in
            let (prediction, target) = (offset, targetOffset)
            offset += part.places * part.kind.width
            targetOffset += part.places * part.kind.targetWidth
            let slice: @Sendable (ScoredExamples) -> ExampleSlice = {
                $0.slice(part: part, predictionOffset: prediction, targetOffset: target)
            }
            return (name: part.name ?? "output", metrics: metrics(of: part), slice: slice)
        }
        return several(outputs) { "\($1).\($0)" }
    }

    /// The metric of a name; throws ``RegistryError`` with the names there are.
    public static func named(_ name: String, for kind: ScoredExamples.Kind) throws -> EvaluationMetric {
        let all = all(for: kind)
        if let metric = all.first(where: { $0.name == name }) { return metric }
        throw RegistryError("there is no metric \(name); there are: \(all.map(\.name).joined(separator: ", "))")
    }

    /// Metrics of class probabilities.
    private static let common = [
        classes("accuracy", "accuracy", .higher) { $0.accuracy(weights: $1) },
        classes("cross-entropy", "cross-entropy", .lower) { $0.crossEntropy(weights: $1) },
        classes("brier-score", "Brier score", .lower) { $0.brierScore(weights: $1) },
        classes("calibration-error", "calibration error (ECE)", .lower) {
            $0.reliability(weights: $1).expectedCalibrationError
        },
        classes("matthews-correlation", "Matthews correlation", .higher) {
            $0.confusion(weights: $1).matthewsCorrelation
        },
    ]

    private static func classes(
        _ name: String, _ title: String, _ direction: Direction,
        _ value: @escaping @Sendable (ClassProbabilities, [Double]?) -> Double?
    ) -> EvaluationMetric {
        EvaluationMetric(name, title, direction) { examples in
            let classes = examples.classes
            return { value(classes, $0) }
        }
    }

    /// Metrics of the search for what is not background.
    private static let search = [
        EvaluationMetric("auroc", "area under ROC", .higher) { examples in
            let ranked = examples.ranked
            return { ranked?.auroc(weights: $0) }
        },
        EvaluationMetric("average-precision", "area under precision-recall", .higher) { examples in
            let ranked = examples.ranked
            return { ranked?.averagePrecision(weights: $0) }
        },
    ]

    /// Metrics of numbers.
    private static let numbers = [
        pairs("mean-squared-error", "mean squared error", .lower) { $0.meanSquaredError(weights: $1) },
        pairs("mean-absolute-error", "mean absolute error", .lower) { $0.meanAbsoluteError(weights: $1) },
        pairs("r-squared", "R²", .higher) { $0.rSquared(weights: $1) },
        pairs("pearson", "Pearson correlation", .higher) { $0.pearson(weights: $1) },
        EvaluationMetric("spearman", "Spearman correlation", .higher) { examples in
            let ranks = RankCorrelation(examples.predictions, examples.targets)
            return { ranks.spearman(weights: $0) }
        },
        EvaluationMetric("concordance", "concordance index", .higher) { examples in
            let concordance = Concordance(predictions: examples.predictions, times: examples.targets)
            return { concordance.index(weights: $0) }
        },
    ]

    static func pairs(
        _ name: String, _ title: String, _ direction: Direction,
        _ value: @escaping @Sendable (PairedNumbers, [Double]?) -> Double?
    ) -> EvaluationMetric {
        EvaluationMetric(name, title, direction) { examples in
            let pairs = PairedNumbers(predictions: examples.predictions, targets: examples.targets)
            return { value(pairs, $0) }
        }
    }
}
