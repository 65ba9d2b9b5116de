import Delivery
import Foundation
import NeuralNetwork

/// Examples of any network: files of the tensors `inputs` and `targets`, read and checked as `helicase train network` does.
public struct NetworkEvaluation: EvaluatedTask {
    /// What predictions and targets are.
    public let kind: ScoredExamples.Kind
    private let featureVersion: String

    /// Judges networks on examples of a kind, whose inputs have this definition.
    public init(kind: ScoredExamples.Kind, featureVersion: String) {
        self.kind = kind
        self.featureVersion = featureVersion
    }

    /// Reads a file.
    public func read(_ bytes: [UInt8], name: String) throws -> LabelledFile {
        do {
            let file = try SafetensorsFile(bytes: bytes, name: name)
            let examples = try FileExamples(files: [file], network: nil, shapes: kind.targetShapes)
            try examples.checkFinite()
            return LabelledFile(
                name: name, bytes: bytes, targets: try examples.allTargets(kind.targetWidth),
                groups: try examples.groups(),
                featureVersion: featureVersion, split: file.metadata["split"])
        } catch {
            throw RegistryError("\(name): \(error)")
        }
    }

    /// The predictions of a package; throws ``RegistryError`` where it predicts something else.
    public func predict(_ bytes: [UInt8], package: ModelPackage) async throws -> [Float] {
        try check(package)
        let (kind, workers) = (kind, ProcessInfo.processInfo.activeProcessorCount)
        return try await BlockingWork.run {
            do {
                let model = try InferenceModel(package)
                let examples = try FileExamples(
                    files: [SafetensorsFile(bytes: bytes, name: "the set")], network: package.architecture.inputs,
                    shapes: kind.targetShapes)
                let (outputs, _) = try model.evaluate(examples, targetCount: kind.targetWidth, workers: workers)
                return try kind.predictions(outputs, package)
            } catch let error as NeuralNetworkError {
                throw RegistryError("\(error)")
            }
        }
    }

    /// Throws unless the package predicts what the set's metrics are of; one that does not say what it was trained for is taken at
    /// the number of its outputs.
    private func check(_ package: ModelPackage) throws {
        var own = try ScoredExamples.Kind(of: package)
        if package.lineage.options == nil, kind == .regression, own == .binary { own = .regression }
        guard kind.judges(own) else {
            throw RegistryError(
                "the model predicts \(own.text), and the set is of \(kind.text): its metrics would say nothing")
        }
    }
}
