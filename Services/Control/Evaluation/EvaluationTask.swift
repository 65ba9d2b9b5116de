import Foundation
import Genomics
import ModelRegistry
import NeuralNetwork
import ServiceRuntime
import VariantCalling

/// What a kind of examples needs to be evaluated: a new task is a new conforming type.
protocol EvaluationTask: Sendable {
    /// What predictions and targets are.
    var kind: ScoredExamples.Kind { get }
    /// Reads a file for an evaluation set.
    func read(_ bytes: [UInt8], name: String) throws -> LabelledFile
    /// The predictions of a package for the examples of a file.
    func predict(_ bytes: [UInt8], package: ModelPackage) async throws -> [Float]
}

extension EvaluationTask where Self == VariantsTask {
    static var variants: VariantsTask { VariantsTask() }
}

/// The tasks by name.
enum EvaluationTasks {
    private static let all: [String: any EvaluationTask] = ["variants": .variants]

    static func named(_ name: String) throws -> any EvaluationTask {
        if let task = all[name] { return task }
        throw ServiceRuntimeError(
            .usage, "there is no task \(name); there are: \(all.keys.sorted().joined(separator: ", "))")
    }
}

/// Candidate alleles and their number of copies, scored by the very code of `infer` and `predict`.
struct VariantsTask: EvaluationTask {
    let kind = ScoredExamples.Kind.classes(names: CallingModel.labels, background: 0)

    func read(_ bytes: [UInt8], name: String) throws -> LabelledFile {
        do {
            let batch = try ExampleBatch(decoding: bytes)
            guard let labels = batch.labels else { throw ExampleError("the tensor `labels` is needed") }
            return LabelledFile(
                name: name, bytes: bytes, targets: labels.map(Float.init), featureVersion: PileupEncoder.featureVersion,
                split: batch.split.rawValue)
        } catch {
            throw ControlError("\(name): \(error)")
        }
    }

    func predict(_ bytes: [UInt8], package: ModelPackage) async throws -> [Float] {
        let workers = ProcessInfo.processInfo.activeProcessorCount
        let batch = try ExampleBatch(decoding: bytes)
        return try await CallingModel(package).predict([batch], workers: workers)[0].flatMap { $0 }
    }
}
