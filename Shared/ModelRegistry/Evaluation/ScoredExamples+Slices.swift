import NeuralNetwork

/// One output of several: the decisions whose target is there, as examples of a kind of their own.
struct ExampleSlice: Sendable {
    /// The decisions; nil where no target is there.
    var examples: ScoredExamples?
    /// Which example each is of.
    var rows: [Int]

    /// A measure of the decisions by how often each whole example counts.
    func measure(_ metric: EvaluationMetric) -> EvaluationMetric.Measure {
        guard let examples else { return { _ in nil } }
        let measure = metric.prepare(examples)
        return { weights in measure(weights.map { weights in rows.map { weights[$0] } }) }
    }
}

extension ScoredExamples {
    /// The predictions of one label, number or count of several.
    func slice(column: Int, of width: Int, kind: Kind) -> ExampleSlice {
        slice(kind: kind) { example in
            [
                (
                    example * width + column..<example * width + column + 1,
                    example * width + column..<example * width + column + 1
                )
            ]
        }
    }

    /// What is of one head, place by place.
    func slice(part: Kind.Part, predictionOffset: Int, targetOffset: Int) -> ExampleSlice {
        let (kind, width) = (part.kind, part.kind.width)
        return slice(kind: kind) { example in
            let prediction = example * self.kind.width + predictionOffset
            let target = example * self.kind.targetWidth + targetOffset
            return (0..<part.places).map { place in
                let (from, to) = (prediction + place * width, target + place * kind.targetWidth)
                return (from..<from + width, to..<to + kind.targetWidth)
            }
        }
    }

    /// The decisions that `places` finds in each example, but those without any target.
    private func slice(
        kind: Kind, places: (_ example: Int) -> [(predictions: Range<Int>, targets: Range<Int>)]
    ) -> ExampleSlice {
        var (own, truth, rows) = ([Float](), [Float](), [Int]())
        for example in 0..<count {
            for place in places(example) where !targets[place.targets].allSatisfy(\.isNaN) {
                own += predictions[place.predictions]
                truth += targets[place.targets]
                rows.append(example)
            }
        }
        return ExampleSlice(examples: try? ScoredExamples(kind: kind, predictions: own, targets: truth), rows: rows)
    }
}

extension EvaluationMetric {
    /// The metrics of several outputs: each one's own, and the means of those that all have.
    ///
    /// A name is that of the metric and of the output, as `separator` puts them together.
    static func several(
        _ outputs: [(name: String, metrics: [EvaluationMetric], slice: @Sendable (ScoredExamples) -> ExampleSlice)],
        named: (_ metric: String, _ output: String) -> String
    ) -> [EvaluationMetric] {
        let own = outputs.flatMap { output in
            output.metrics.map { metric in
                EvaluationMetric(
                    named(metric.name, output.name), "\(metric.title) of \(output.name)", metric.direction
                ) { output.slice($0).measure(metric) }
            }
        }
        let shared = (outputs.first?.metrics ?? []).filter { metric in
            outputs.allSatisfy { $0.metrics.contains { $0.name == metric.name && $0.direction == metric.direction } }
        }
        let means = shared.map { metric in
            EvaluationMetric(metric.name, "mean \(metric.title)", metric.direction) { examples in
                let measures = outputs.map { output in
                    output.slice(examples).measure(output.metrics.first { $0.name == metric.name } ?? metric)
                }
                return { weights in
                    let values = measures.compactMap { $0(weights) }
                    return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
                }
            }
        }
        return means + own
    }

    /// Metrics of counts and the rates that were predicted.
    static let counts = [
        pairs("poisson-deviance", "Poisson deviance", .lower) { $0.poissonDeviance(weights: $1) },
        pairs("log-pearson", "Pearson correlation of ln(1 + x)", .higher) { $0.logPearson(weights: $1) },
        pairs("pearson", "Pearson correlation", .higher) { $0.pearson(weights: $1) },
        EvaluationMetric("spearman", "Spearman correlation", .higher) { examples in
            let ranks = RankCorrelation(examples.predictions, examples.targets)
            return { ranks.spearman(weights: $0) }
        },
    ]

    /// The metrics of a head: those of its kind, without those by rank where an example has many places.
    static func metrics(of part: ScoredExamples.Kind.Part) -> [EvaluationMetric] {
        let all = all(for: part.kind)
        guard part.places > 1 else { return all }
        return all.filter { metric in !["spearman", "concordance"].contains { metric.name.hasPrefix($0) } }
    }
}
