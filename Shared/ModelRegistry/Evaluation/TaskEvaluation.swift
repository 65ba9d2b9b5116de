import Foundation
import NeuralNetwork
import Tasks

/// Labelled examples of one of the suite's tasks, scored by the very code of `infer` and `predict`.
public struct TaskEvaluation: EvaluatedTask {
    /// The classes or values of the task.
    public let kind: ScoredExamples.Kind
    private let task: any LabelledTask

    /// Judges models of a task; throws ``RegistryError`` where no metric judges what they say.
    public init(_ task: any LabelledTask) throws(RegistryError) {
        self.task = task
        switch task.outcome {
        case .classes(let names): kind = .classes(names: names, background: task.background)
        case .labels(let names): kind = names.count == 1 ? .binary : .labels(names: names)
        case .values(let names): kind = names.count == 1 ? .regression : .numbers(names: names)
        }
    }

    /// Reads a file of the task's labelled examples.
    public func read(_ bytes: [UInt8], name: String) throws -> LabelledFile {
        do {
            let labelled = try task.labelledExamples(decoding: bytes)
            return LabelledFile(
                name: name, bytes: bytes, targets: labelled.targets, groups: labelled.groups,
                featureVersion: labelled.featureVersion, split: labelled.split)
        } catch {
            throw RegistryError("\(name): \(error)")
        }
    }

    /// The scores of a package; throws ``RegistryError`` where an example cannot be scored.
    public func predict(_ bytes: [UInt8], package: ModelPackage) async throws -> [Float] {
        let workers = ProcessInfo.processInfo.activeProcessorCount
        let examples = try task.labelledExamples(decoding: bytes).examples
        let scores = try await task.model(package).scores([examples], workers: workers).joined()
        if let problem = scores.lazy.compactMap(\.problem).first {
            throw RegistryError("an example of the set cannot be scored: \(problem)")
        }
        return scores.flatMap(\.values)
    }
}
