import Foundation
import NeuralNetwork
import Tasks

/// The training of a model of sequences by a recipe: as many networks as it has members, and one package of all.
///
/// With folds, each member is fitted to all folds but one, and says of that one what it thinks: together these are predictions of every
/// example by a network that has not seen it. The published figures are those of these predictions, so of members alone; the model, which
/// says the mean of its members, is better than them as a rule. No epoch is chosen by them. Without folds, the records that the recipe
/// keeps for validation are predicted by all members.
///
/// Where there are classes, a temperature is fitted to the same predictions; its published error is measured crosswise, each half with
/// the temperature of the other.
public struct SequenceTraining: PreparedTraining {
    private let recipe: SequenceRecipe
    private let data: SequenceDataSet
    private let motifs: MotifFilters?
    private let command: String
    private let reportsFolds: Bool
    /// Receives, of classes, a table of what networks that had not seen an example said of it.
    public var receivePredictions: (@Sendable (String) throws -> Void)?

    /// Reads the data of a recipe from a folder; throws `TaskError` or `GenomicsError` where they are not what it says.
    ///
    /// With `folds` there are at least as many members as folds, so that each is predicted, and the figures of each are kept.
    public init(_ recipe: SequenceRecipe, folder: String, folds isFolded: Bool = false, command: String) throws {
        var recipe = recipe
        reportsFolds = isFolded
        guard recipe.options.patience == nil, recipe.options.validationShare == 0 else {
            throw TaskError("a recipe trains for a fixed number of epochs: leave out patience and validationShare")
        }
        guard (1...100).contains(recipe.members) else { throw TaskError("a recipe has 1 to 100 members") }
        try recipe.effect?.check(labels: recipe.labels)
        data = try SequenceDataSet(recipe, folder: folder)
        if isFolded {
            let folds = Set(data.examples.folds.filter { $0 >= 0 }).count
            guard folds > 1 else { throw TaskError("the recipe's data are in no folds: it names no table of them") }
            recipe.members = max(recipe.members, folds)
        }
        self.recipe = recipe
        motifs = try recipe.motifs.map { try MotifFilters($0, folder: folder) }
        self.command = command
        guard try recipe.architecture.outputShape() == [recipe.labels.count] else {
            throw TaskError(
                "there are \(recipe.labels.count) labels and the network's output is \(try recipe.architecture.outputShape())"
            )
        }
        guard recipe.architecture.heads.isEmpty, recipe.options.losses?.isEmpty ?? true,
            recipe.options.loss.targetCount(outputs: recipe.labels.count) == 1
        else {
            throw TaskError(
                "a recipe gives each sequence one label or one number: a network with heads, or with several labels or numbers, is "
                    + "trained by `train network` on files of examples")
        }
        let network = try Network(recipe.architecture, seed: recipe.options.seed)
        try motifs?.write(to: network)
        _ = try Trainer(network, options: recipe.options)
    }

    /// Digests of the data, by file.
    public var dataDigests: [String: String] { data.digests }

    /// What the data hold, in a sentence.
    public var summary: String {
        let kept = data.examples.folds.count { $0 < 0 }
        let left = data.problems.values.reduce(0, +)
        let folds = Set(data.examples.folds.filter { $0 >= 0 }).count
        return
            "\(data.examples.count - kept) \(data.examples.windows == 2 ? "pairs of " : "")sequences of \(data.examples.length) bases in \(folds) folds, \(kept) kept for validation, "
            + "\(left) left out"
    }

    /// Trains all members, one after the other.
    public func fit(_ session: TrainingSession) throws -> ModelPackage {
        let held = HeldPredictions(data.examples, outputs: recipe.labels.count)
        var (members, predictions) = ([Network](), held)
        let folds = Set(data.examples.folds.filter { $0 >= 0 }).sorted()
        for member in 0..<recipe.members {
            let network = try fit(member, folds: folds, session)
            // With folds, what a member has not seen; without, what no member has.
            let out = folds.count > 1 ? folds[member % folds.count] : -1
            let indices = data.examples.folds.indices.filter { data.examples.folds[$0] == out }
            if !indices.isEmpty {
                predictions.add(try outputs(network, at: indices, workers: session.workers), at: indices)
            }
            members.append(network)
        }
        return try pack(members, predictions, folds: folds.count)
    }

    /// What a network says of examples: of pairs, the second less the first.
    private func outputs(_ network: Network, at indices: [Int], workers: Int) throws -> [Float] {
        let model = try InferenceModel(network)
        guard data.examples.windows == 2 else {
            return try model.evaluate(data.examples, indices: indices, workers: workers).outputs
        }
        let (both, _) = try model.evaluate(
            PairedWindows(pairs: data.examples), indices: indices.flatMap { [2 * $0, 2 * $0 + 1] }, workers: workers)
        let width = recipe.labels.count
        return indices.indices.flatMap { pair in
            (0..<width).map { both[(2 * pair + 1) * width + $0] - both[2 * pair * width + $0] }
        }
    }

    private func fit(_ member: Int, folds: [Int], _ session: TrainingSession) throws -> Network {
        var options = recipe.options
        options.seed = recipe.options.seed &+ UInt64(member)
        options.workers = session.workers
        let out = folds.count > 1 ? folds[member % folds.count] : -1
        let chosen = data.examples.folds.indices.filter {
            data.examples.folds[$0] >= 0 && data.examples.folds[$0] != out
        }
        let network = try Network(recipe.architecture, seed: options.seed)
        try motifs?.write(to: network)
        let count = recipe.members
        _ = try Trainer(network, options: options).fit(
            ChosenExamples(source: data.examples, indices: chosen),
            progress: { progress in
                var progress = progress
                progress.step += member * progress.steps
                progress.steps *= count
                try session.progress?(progress)
            })
        return network
    }

    private func pack(_ members: [Network], _ predictions: HeldPredictions, folds: Int) throws -> ModelPackage {
        let (ensemble, weights) = try Ensemble.join(members)
        var metrics = ["training.examples": Double(data.examples.folds.count { $0 >= 0 })]
        var calibration = Calibration()
        if predictions.count > 0 {
            let judged = try predictions.judge(
                recipe.options.loss, isRegression: data.isRegression, reportsFolds: reportsFolds)
            calibration = judged.calibration
            try receivePredictions?(predictions.table(recipe, calibration))
            for (name, value) in judged.figures { metrics["validation.\(name)"] = value }
            metrics.merge(judged.byFold, uniquingKeysWith: { $1 })
            metrics["validation.examples"] = Double(predictions.count)
        }
        let split =
            folds > 1
            ? "\(folds) folds; each of \(members.count) members is validated on a fold that it was not fitted to"
            : predictions.count > 0
                ? "\(predictions.count) sequences, kept by the data, validate the mean of the members" : "none validate"
        var options = recipe.options
        options.workers = 1
        var digests = data.digests
        if let motifs, let file = recipe.motifs?.file { digests[file] = motifs.digest }
        var package = try ModelPackage(
            Network(ensemble, seed: 0),
            featureVersion: recipe.strands == .both ? SequenceTask.bothStrands : SequenceTask.featureVersion,
            labels: recipe.labels, calibration: calibration,
            lineage: Lineage(
                data: digests, split: split, command: command, seed: recipe.options.seed, options: options,
                metrics: metrics))
        package.weights = weights
        if recipe.effect != nil || recipe.padded == true {
            package.taskOptions = try SequenceOptions(effect: recipe.effect, padded: recipe.padded).encode()
        }
        return package
    }
}
