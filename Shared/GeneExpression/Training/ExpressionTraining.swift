import Foundation
import Hashing
import LinearAlgebra
import NeuralNetwork
import Tasks

/// The training of a model of expression: networks by fold, a ridge regression and boosted trees beside them, intervals, and one package.
///
/// Each member is fitted to all folds but one, and says of that one what it thinks; so do the ridge and the trees. A prediction is a sum of
/// the three, weighed by least squares on such words (stacking; Wolpert 1992, Breiman 1996), and what a fold is judged by has the weights of
/// the other folds. The intervals rest on the same errors. The package says the mean of all members; ridge and trees are
/// fitted once more to all records. No epoch is chosen by a fold. Of conditions, a kernel regression and a forest are the model (`ConditionFitting`).
public struct ExpressionTraining: PreparedTraining {
    /// What may be asked of a training.
    public struct Options: Sendable, Hashable {
        /// The seed of folds, weights and order.
        public var seed: UInt64 = 1
        /// Passes over the records, instead of the kind's.
        public var epochs: Int?
        /// Networks a fold.
        public var members = 2
        /// The share of the records outside a fold that is learned from, drawn by the seed: what less data would give.
        public var share = 1.0
        /// Whether losses are those that a few wrong labels move little (Huber's), instead of squares and likelihoods.
        public var isRobust = false

        /// The defaults.
        public init() {}
    }

    private let options: Options
    private let data: ExpressionDataSet
    private let conditions: ConditionFitting?
    private let command: String

    /// Reads the data of a kind from a folder laid out as the suite's.
    ///
    /// Throws `TaskError`, or the reader's error, where they are not what the kind says.
    public init(_ kind: ExpressionKind, folder: String, options: Options, command: String) throws {
        self.options = options
        self.command = command
        data = try ExpressionDataSet(kind, folder: folder, seed: options.seed)
        conditions = kind == .ecoli ? try ConditionFitting(data, folder: folder, options: options) : nil
    }

    /// Records that have no value, or cannot be read.
    var countOfLeftOut: Int { data.leftOut }

    /// What the data hold, in a sentence.
    public var summary: String {
        let folds = Set(data.folds.filter { $0 >= 0 }).count
        return "\(data.records.count) records in \(folds) folds, \(data.folds.count { $0 < 0 }) that always train, "
            + "\(data.leftOut) left out"
    }

    /// Judges by folds and packs the members.
    public func fit(_ session: TrainingSession) throws -> ModelPackage {
        if let conditions { return try conditions.package(data, command: command, seed: options.seed) }
        let folds = Set(data.folds.filter { $0 >= 0 }).sorted()
        let scaling = scaling()
        var held = Held(count: data.records.count)
        var members: [Network] = []
        for (number, fold) in folds.enumerated() {
            let kept = options.kept(data.folds.indices.filter { data.folds[$0] != fold }, fold: fold)
            let out = data.folds.indices.filter { data.folds[$0] == fold }
            let encoded = try encoded(kept: kept, scaling)
            let width = encoded.numbers + data.kind.filteredBases
            func inputs(_ indices: [Int]) -> [Float] { indices.flatMap { encoded.rows[$0][..<width] } }
            let source = InMemoryExamples(inputs: inputs(kept), targets: kept.map(label), count: kept.count)
            for member in 0..<options.members {
                let architecture = ExpressionNetwork.architecture(data.kind, numbers: encoded.numbers)
                let network = try trained(
                    architecture, source, number * options.members + member, of: folds.count * options.members, session)
                let outputs = try InferenceModel(network).predict(inputs(out), count: out.count)
                for (index, output) in zip(out, outputs) { held.network[index] += output / Float(options.members) }
                members.append(network)
            }
            let fitted = try AddedParts(data, encoded, kept: kept, options: options)
            for index in out {
                let row = encoded.rows[index]
                held.ridge[index] = fitted.line.value(row)
                if let trees = fitted.trees { held.trees[index] = trees.value(row[..<encoded.treeNumbers]) }
            }
        }
        return try pack(try Network.mean(of: members), held, scaling)
    }

    // MARK: Parts

    private struct Held {
        var network: [Float]
        var ridge: [Float]
        var trees: [Float]

        init(count: Int) {
            network = Array(repeating: 0, count: count)
            (ridge, trees) = (network, network)
        }
    }

    /// What the networks are fitted to: of windows whether they are active.
    private func label(_ index: Int) -> Float {
        data.kind == .ecoliMPRA ? (data.positives[index] ? 1 : 0) : data.targets[index]
    }

    /// Means and deviations of the numbers over all records: no label takes part in them.
    private func scaling() -> ExpressionOptions {
        let rows = data.records.map { ExpressionEncoder.raw($0, kind: data.kind) }
        let width = rows.first?.count ?? 0
        var (sums, squares) = ([Double](repeating: 0, count: width), [Double](repeating: 0, count: width))
        for row in rows { for place in 0..<width { sums[place] += Double(row[place]) } }
        let means = sums.map { $0 / Double(max(1, rows.count)) }
        for row in rows {
            for place in 0..<width {
                squares[place] += (Double(row[place]) - means[place]) * (Double(row[place]) - means[place])
            }
        }
        let deviations = squares.map { max(1e-3, ($0 / Double(max(1, rows.count))).squareRoot()) }
        var options = ExpressionOptions(
            kind: data.kind, means: means.map { Float($0) }, deviations: deviations.map { Float($0) }, intervals: [])
        if data.kind == .sigma70 { options.vocabulary = Set(data.records.flatMap(\.words)).sorted() }
        return options
    }

    /// All records as a fold's networks read them: families are those of the kept records, and of a kept record those of others.
    private func encoded(kept: [Int], _ scaling: ExpressionOptions) throws -> EncodedRecords {
        var options = scaling
        func families(_ indices: [Int]) -> GeneFamilies {
            GeneFamilies(symbols: indices.map(symbol), targets: indices.map { data.targets[$0] })
        }
        func rows(_ indices: [Int], _ encoder: ExpressionEncoder, into rows: inout [[Float]]) {
            for index in indices {
                var row: [Float] = []
                encoder.append(data.records[index], to: &row)
                rows[index] = row
            }
        }
        var all = [[Float]](repeating: [], count: data.records.count)
        if data.kind == .gm12878 { options.families = families(kept) }
        let encoder = ExpressionEncoder(options)
        rows(Array(data.records.indices), encoder, into: &all)
        if data.kind == .gm12878 {
            let parts = 8
            for part in 0..<parts {
                var inner = options
                inner.families = families(kept.enumerated().filter { $0.offset % parts != part }.map(\.element))
                rows(
                    kept.enumerated().filter { $0.offset % parts == part }.map(\.element), ExpressionEncoder(inner),
                    into: &all)
            }
        }
        return EncodedRecords(rows: all, numbers: encoder.numbers, treeNumbers: encoder.treeNumbers)
    }

    private func symbol(_ index: Int) -> String { data.records[index].words.first ?? "" }

    private func trained(
        _ architecture: Architecture, _ source: InMemoryExamples, _ member: Int, of count: Int,
        _ session: TrainingSession
    ) throws -> Network {
        var training = ExpressionNetwork.options(data.kind, isRobust: self.options.isRobust)
        training.epochs = options.epochs ?? training.epochs
        training.seed = options.seed &+ UInt64(member)
        training.workers = session.workers
        let network = try Network(architecture, seed: training.seed)
        _ = try Trainer(network, options: training).fit(
            source,
            progress: { progress in
                var progress = progress
                progress.step += member * progress.steps
                progress.steps *= count
                try session.progress?(progress)
            })
        return network
    }

    private func pack(_ network: Network, _ held: Held, _ scaling: ExpressionOptions) throws -> ModelPackage {
        let judged = data.folds.indices.filter { data.folds[$0] >= 0 }
        var final = scaling
        if data.kind == .gm12878 {
            final.families = GeneFamilies(symbols: data.records.indices.map(symbol), targets: data.targets)
        }
        let parts = [held.network, held.ridge] + (AddedParts.hasTrees(data.kind) ? [held.trees] : [])
        // What a fold is judged by has weights of the other folds.
        var predictions = [Float](repeating: 0, count: data.records.count)
        for fold in Set(judged.map { data.folds[$0] }).sorted() {
            let stack = try StackedParts(
                parts, data, of: judged.filter { data.folds[$0] != fold })
            for index in judged where data.folds[index] == fold {
                predictions[index] = stack.value(parts.map { $0[index] })
            }
        }
        let withoutPromoters = predictions
        if data.kind == .arabidopsis {
            let genes = judged.filter { data.records[$0].hasBases }
            for fold in Set(genes.map { data.folds[$0] }).sorted() {
                let line = try PromoterLine(data, genes.filter { data.folds[$0] != fold }, beyond: withoutPromoters)
                for index in genes where data.folds[index] == fold {
                    predictions[index] += line.value(of: data.records[index].codes)
                }
            }
            final.promoter = try PromoterLine(data, genes, beyond: withoutPromoters)
        }
        predictions = predictions.map { max(data.kind.least, $0) }
        let stack = try StackedParts(parts, data, of: judged)
        let kept = self.options.kept(Array(data.records.indices), fold: -1)
        let all = try AddedParts(data, encoded(kept: kept, scaling), kept: kept, options: self.options)
        (final.offset, final.scale) = (stack.offset + stack.weights[1] * all.line.offset, stack.weights[0])
        final.line = all.line.weights.map { stack.weights[1] * $0 }
        final.trees = all.trees.map { .init(trees: $0, share: stack.weights[2]) }
        final.intervals = [
            PredictionInterval(predictions: judged.map { predictions[$0] }, targets: judged.map { data.targets[$0] })
        ]
        var options = ExpressionNetwork.options(data.kind, isRobust: self.options.isRobust)
        options.epochs = self.options.epochs ?? options.epochs
        options.workers = 1
        let figures = ExpressionFigures(
            data, predictions: predictions,
            beside: [
                "ridge.": held.ridge, "network.": held.network,
                "numbers.": data.kind == .arabidopsis ? withoutPromoters : nil,
                "trees.": AddedParts.hasTrees(data.kind) ? held.trees : nil,
            ])
        var metrics = figures.metrics
        for (name, weight) in zip(["network", "ridge", "trees"], stack.weights) {
            metrics["stack.\(name)"] = Double(weight)
        }
        var package = ModelPackage(
            network, featureVersion: ExpressionRecord.featureVersion, labels: ["prediction"],
            lineage: Lineage(
                data: data.digests,
                split:
                    "\(Set(judged.map { data.folds[$0] }).count) folds; \(self.options.members) networks a fold, whose mean says with a ridge "
                    + "regression and trees, of which those that had not seen a record are judged and give the intervals",
                command: command, seed: self.options.seed, options: options, metrics: metrics))
        package.taskOptions = try final.encode()
        return package
    }
}

extension ExpressionTraining.Options {
    /// The records that are learned from, of those outside a fold.
    func kept(_ records: [Int], fold: Int) -> [Int] {
        guard share < 1 else { return records }
        var random = SplitMix64(keys: seed, 0x5a17e, UInt64(bitPattern: Int64(fold)))
        let count = max(1, Int((Double(records.count) * share).rounded()))
        return random.permutation(records.count).prefix(count).map { records[$0] }.sorted()
    }
}
