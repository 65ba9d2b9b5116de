/// A training that is done several times: on all folds but one, for figures of examples that a network has not seen, and from
/// several seeds, for a model that says the mean of its members.
///
/// With folds, each fold is judged by a network that was fitted to the others, for as many epochs as the options say: no epoch is
/// chosen, so nothing else is held out. The model itself is then fitted to all examples, and is better than those figures as a rule.
public struct RepeatedTraining: PreparedTraining {
    private let training: NetworkTraining
    private let members: Int
    /// The fold of each example that trains; nil without folds.
    private let folds: [Int64]?

    /// Repeats a training.
    ///
    /// Throws where there are no folds, or where they do not keep examples of a group together.
    public init(_ training: NetworkTraining, folds isFolded: Bool, members: Int = 1) throws {
        self.training = training
        self.members = members
        guard members >= 1 && members <= 100 else {
            throw NeuralNetworkError(.invalidOptions, "there are 1 to 100 members", place: "ensemble")
        }
        if members > 1 {
            let network = try Network(training.architecture, seed: 0)
            _ = try Network.mean(of: [network, network])
        }
        guard isFolded else {
            folds = nil
            return
        }
        guard training.held == nil, training.options.patience == nil else {
            throw NeuralNetworkError(
                .invalidOptions,
                "with folds nothing else is held out, and all networks are trained for the same epochs: leave out files to "
                    + "validate on, validationShare and patience", place: "folds")
        }
        guard let folds = try training.training.folds(), Set(folds).count > 1 else {
            throw NeuralNetworkError(
                .mismatch,
                "the files need a tensor `folds`, I64, I32 or U8, with a number an example of at least two values",
                place: "folds")
        }
        if let groups = try training.training.groups() {
            var foldOf: [Int64: Int64] = [:]
            for (index, group) in groups.enumerated() {
                guard foldOf.updateValue(folds[index], forKey: group).map({ $0 == folds[index] }) ?? true else {
                    throw NeuralNetworkError(
                        .mismatch,
                        "the examples of group \(group) are in several folds, so they leak from one to another",
                        place: training.training.place(of: index))
                }
            }
        }
        self.folds = folds
    }

    /// Trains all networks, one after the other.
    public func fit(_ session: TrainingSession) throws -> ModelPackage {
        let chosen = Set(folds ?? []).sorted()
        let count = chosen.count + members
        var (figures, done) = ([(fold: Int64, figures: [String: Double])](), 0)
        func next(_ indices: [Int], seed: UInt64) throws -> (network: Network, report: TrainingReport) {
            var own = session
            own.progress = { [done] progress in
                var progress = progress
                progress.step += done * progress.steps
                progress.steps *= count
                try session.progress?(progress)
            }
            defer { done += 1 }
            return try training.train(indices, seed: seed, in: own)
        }
        for fold in chosen {
            let indices = training.fitted.filter { folds?[$0] != fold }
            let network = try next(indices, seed: training.options.seed).network
            let out = training.fitted.filter { folds?[$0] == fold }
            var own = try InferenceModel(network).metrics(
                training.training, training.objective, indices: out, workers: session.workers
            ).figures
            own["examples"] = Double(out.count)
            figures.append((fold, own))
        }
        var (networks, first) = ([Network](), TrainingReport())
        for member in 0..<members {
            let (network, report) = try next(training.fitted, seed: training.options.seed &+ UInt64(member))
            networks.append(network)
            if member == 0 { first = report }
        }
        var package = try training.pack(Network.mean(of: networks), first, session)
        package.lineage.metrics.merge(FoldTable.metrics(figures), uniquingKeysWith: { $1 })
        if members > 1 {
            package.lineage.split += "; the model is the mean of \(members) networks from seeds one after the other"
        }
        if !chosen.isEmpty {
            package.lineage.split +=
                "; the figures are of \(chosen.count) folds, each judged by a network that was fitted to the others"
        }
        return package
    }
}

/// Figures by fold as metrics of a lineage, and back: `fold.0.auroc`, `validation.auroc.mean-of-folds` and
/// `validation.auroc.deviation-of-folds`.
public struct FoldTable: Sendable, Hashable {
    /// The folds, in rising order.
    public let folds: [Int64]
    /// Each figure's value by fold, nil where it is not defined, with their mean and standard deviation.
    public let rows: [(name: String, values: [Double?], mean: Double, deviation: Double)]

    /// Reads a lineage's metrics; nil where they are of no folds.
    public init?(_ metrics: [String: Double]) {
        var values: [Int64: [String: Double]] = [:]
        for (name, value) in metrics where name.hasPrefix("fold.") {
            let parts = name.split(separator: ".", maxSplits: 2)
            guard parts.count == 3, let fold = Int64(parts[1]) else { continue }
            values[fold, default: [:]][String(parts[2])] = value
        }
        guard values.count > 1 else { return nil }
        folds = values.keys.sorted()
        let names = Set(values.values.flatMap(\.keys)).sorted()
        let folds = folds
        rows = names.map { name in
            let own = folds.map { values[$0]?[name] }
            let (mean, deviation) = Self.spread(own.compactMap { $0 })
            return (name, own, mean, deviation)
        }
    }

    /// The metrics of figures by fold.
    public static func metrics(_ figures: [(fold: Int64, figures: [String: Double])]) -> [String: Double] {
        var metrics: [String: Double] = [:]
        for (fold, own) in figures { for (name, value) in own { metrics["fold.\(fold).\(name)"] = value } }
        for name in Set(figures.flatMap(\.figures.keys)) where name != "examples" {
            let values = figures.compactMap { $0.figures[name] }
            guard values.count == figures.count, values.count > 1 else { continue }
            let (mean, deviation) = spread(values)
            metrics["validation.\(name).mean-of-folds"] = mean
            metrics["validation.\(name).deviation-of-folds"] = deviation
        }
        return metrics
    }

    private static func spread(_ values: [Double]) -> (mean: Double, deviation: Double) {
        let mean = values.reduce(0, +) / Double(max(1, values.count))
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (mean, (squares / Double(max(1, values.count - 1))).squareRoot())
    }

    /// Whether both have the same values.
    public static func == (a: FoldTable, b: FoldTable) -> Bool {
        a.folds == b.folds && a.rows.elementsEqual(b.rows) { $0 == $1 }
    }

    /// Adds the values.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(folds)
        for row in rows { hasher.combine(row.values) }
    }
}
