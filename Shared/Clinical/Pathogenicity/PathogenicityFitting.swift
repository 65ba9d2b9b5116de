import LinearAlgebra
import NeuralNetwork

/// Fits networks and the regressions beside them to some variants.
struct PathogenicityFitting {
    /// What was fitted.
    struct Fitted {
        /// The mean of all members, its two outputs.
        var network: Network
        /// A regression on all numbers of the variant, without and with those of its frequency.
        var regressions: [LogisticRegression]
        /// A regression on the first regression's score and the frequency: what the second output would be without networks.
        var stacked: LogisticRegression
    }

    let variants: [LabelledVariant]
    let rows: [[Float]]
    let options: PathogenicityTraining.Options
    let session: TrainingSession

    /// Genes are held out in so many parts for the scores that frequency is added to.
    private static let innerFolds = 5

    init(
        _ variants: [LabelledVariant], _ features: PathogenicityFeatures, _ options: PathogenicityTraining.Options,
        _ session: TrainingSession
    ) {
        (self.variants, self.options, self.session) = (variants, options, session)
        rows = variants.map { variant in
            var row: [Float] = []
            features.writeExample(variant.input, into: &row)
            return row
        }
    }

    /// The options of each training.
    static func training(_ options: PathogenicityTraining.Options, seed: UInt64, workers: Int) -> TrainingOptions {
        var training = TrainingOptions()
        training.epochs = options.epochs
        training.batchSize = 32
        training.shardSize = 32
        training.learningRate = 1e-3
        training.optimizer = .adamW(weightDecay: 0.05)
        training.loss = .binaryCrossEntropy()
        training.clipNorm = 1
        training.averageDecay = 0.99
        training.workers = workers
        training.seed = seed
        return training
    }

    /// Fits all to some variants.
    func fit(_ indices: [Int]) throws -> Fitted {
        let known = indices.filter { variants[$0].input.frequency != .notLookedUp }
        let change = try regression(indices, genes: indices) { rows[$0].prefix(PathogenicityFeatures.variant) }
        let whole = try regression(known, genes: known) { rows[$0][...] }
        // What frequency adds is learned on scores of genes that were not seen, as it will be used.
        let held = try heldOut(indices)
        func row(_ scores: [Float]) -> (Int) -> ArraySlice<Float> {
            { [scores[$0]] + rows[$0].suffix(PathogenicityFeatures.frequency) }
        }
        let stacked = try regression(known, genes: known, row(held.regression))
        let adding = try regression(known, genes: known, row(held.network))
        let members = try (0..<options.members).map { member in
            let seed = options.seed &+ UInt64(member)
            let first = try trained(
                PathogenicityNetwork.change(seed: seed, from: change), indices, seed: seed
            ) { rows[$0].prefix(PathogenicityFeatures.variant) }
            let second = try trained(
                PathogenicityNetwork.frequency(seed: seed, from: adding), known, seed: seed, row(held.network))
            return (first, second)
        }
        return Fitted(
            network: try PathogenicityNetwork.joined(members), regressions: [change, whole], stacked: stacked)
    }

    /// Scores of variants by the change, of one network and of the regression, of which neither saw the gene; by the variant's index.
    private func heldOut(_ indices: [Int]) throws -> (network: [Float], regression: [Float]) {
        var network = Array(repeating: Float.nan, count: variants.count)
        var plain = network
        let groups = groups(indices)
        let folds = try GroupedFolds(groups: groups, count: min(Self.innerFolds, max(2, Set(groups).count)))
        for fold in 0..<folds.count {
            let (kept, held) = folds.split(fold)
            let own = kept.map { indices[$0] }
            func row(_ index: Int) -> ArraySlice<Float> { rows[index].prefix(PathogenicityFeatures.variant) }
            let regression = try regression(own, genes: own, row)
            let model = try InferenceModel(
                trained(
                    PathogenicityNetwork.change(seed: options.seed, from: regression), own, seed: options.seed, row))
            for place in held {
                let index = indices[place]
                network[index] = model.predict(Array(row(index)), count: 1)[0]
                plain[index] = regression.logOdds(of: row(index))
            }
        }
        return (network, plain)
    }

    private func trained(
        _ network: Network, _ indices: [Int], seed: UInt64, _ row: (Int) -> ArraySlice<Float>
    ) throws -> Network {
        let examples = InMemoryExamples(
            inputs: indices.flatMap(row), targets: indices.map { variants[$0].isPathogenic ? 1 : 0 },
            count: indices.count)
        _ = try Trainer(network, options: Self.training(options, seed: seed, workers: session.workers)).fit(
            examples, progress: { try session.progress?($0) })
        return network
    }

    /// The penalty is the one that is best of genes that are held out.
    private func regression(
        _ indices: [Int], genes: [Int], _ row: (Int) -> ArraySlice<Float>
    ) throws -> LogisticRegression {
        let elements = indices.flatMap { row($0).map(Double.init) }
        let matrix = Matrix(
            rows: indices.count, columns: indices.isEmpty ? 0 : elements.count / indices.count, elements: elements)
        let labels = indices.map { variants[$0].isPathogenic ? 1 : 0 }
        let groups = groups(genes)
        let count = min(Self.innerFolds, Set(groups).count)
        // Of one gene there is nothing to choose by.
        let penalty =
            count < 2
            ? 3
            : try LogisticRegression.chosenPenalty(
                features: matrix, labels: labels, classes: 2, penalties: [1, 3, 10],
                folds: GroupedFolds(groups: groups, count: count))
        return try LogisticRegression(features: matrix, labels: labels, classes: 2, penalty: penalty)
    }

    private func groups(_ indices: [Int]) -> [Int] {
        let genes = Set(indices.map { variants[$0].input.gene }).sorted()
        let numbers = Dictionary(uniqueKeysWithValues: genes.enumerated().map { ($1, $0) })
        return indices.map { numbers[variants[$0].input.gene] ?? 0 }
    }
}
