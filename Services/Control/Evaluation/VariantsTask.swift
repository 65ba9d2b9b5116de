import Foundation
import Genomics
import ModelRegistry
import NeuralNetwork
import VariantCalling

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
