import Commands
import Interpretation
import NeuralNetwork
import SequenceAnalysis
import Tasks

/// A model of sequences that is to be explained, and which of its outputs.
final class ExplainedModel {
    let package: ModelPackage
    /// What the model is called by the command.
    let name: String
    let length: Int
    private let options: SequenceExplainer.Options
    private let workers: Int
    /// The output that is explained; nil where it is the most probable class of each record.
    private let fixed: Int?
    private let outcome: Outcome
    private let model: InferenceModel
    private var explainers: [Int: SequenceExplainer] = [:]

    init(_ command: ParsedCommand, options: SequenceExplainer.Options, workers: Int) async throws {
        let choice = command.value("model") ?? ""
        name = choice.split(separator: "/").last.map(String.init) ?? choice
        package = try await ModelChoice.package(command, task: SequenceTask())
        do {
            try SequenceTask().check(
                package.architecture, labels: package.labels, featureVersion: package.featureVersion)
            guard package.architecture.inputs.count == 1 else {
                throw TaskError("it reads tracks beside the bases, and only bases are explained")
            }
        } catch let error as TaskError {
            throw ControlError("\(name) is no model of sequences: \(error)")
        }
        outcome = Outcome(package)
        length = package.architecture.inputs[0].shape[0]
        model = try InferenceModel(package)
        var options = options
        options.readsBothStrands = package.featureVersion == SequenceTask.bothStrands
        self.options = options
        self.workers = workers
        fixed = try Self.output(command.value("class"), outcome, package.labels)
        // What cannot be explained at all ends the command before a record is read.
        _ = try explainer(fixed ?? 0)
    }

    private static func output(_ name: String?, _ outcome: Outcome, _ labels: [String]) throws -> Int? {
        if let name {
            if let index = labels.firstIndex(of: name) { return index }
            throw StartError(
                .usage, "--class: the model has no output \"\(name)\"; it has: \(labels.joined(separator: ", "))")
        }
        switch (outcome, labels.count) {
        case (_, 1): return 0
        case (.classes, 2): return 1
        case (.classes, _): return nil
        default:
            throw StartError(
                .usage, "--class is needed: which of the model's outputs, \(labels.joined(separator: ", "))")
        }
    }

    /// Explains a sequence of base codes; throws ``InterpretationError`` where that cannot be done.
    func explain(_ codes: [UInt8]) throws -> (attribution: SequenceAttribution, label: String) {
        let index = fixed ?? (codes.count == length ? mostProbable(codes) : 0)
        return (try explainer(index).explain(codes), package.labels[index])
    }

    private func mostProbable(_ codes: [UInt8]) -> Int {
        let logits = model.predict(codes.map(Float.init), count: 1)
        return logits.indices.reduce(0) { logits[$1] > logits[$0] ? $1 : $0 }
    }

    private func explainer(_ index: Int) throws -> SequenceExplainer {
        if let explainer = explainers[index] { return explainer }
        let count = package.labels.count
        var target = AttributionTarget.output(index, of: count)
        if case .classes = outcome { target = .classOutput(index, of: count) }
        let explainer = try SequenceExplainer(package, target: target, options: options, workers: workers)
        explainers[index] = explainer
        return explainer
    }

    /// Whether the mean of both strands is explained.
    var readsBothStrands: Bool { options.readsBothStrands }

    /// The layers whose rule is not exact.
    var pathLayers: [String] {
        explainers.values.first.map { $0.layers.filter { !$0.rule.isExact }.map { "\($0.type) (\($0.name))" } } ?? []
    }
}
