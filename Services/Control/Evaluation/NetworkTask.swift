import Delivery
import Foundation
import ModelRegistry
import NeuralNetwork

/// Examples of any network: files of the tensors `inputs` and `targets`, read and checked as `helicase train network` does, one
/// target an example.
struct NetworkTask: EvaluationTask {
    let kind: ScoredExamples.Kind
    let featureVersion: String

    func read(_ bytes: [UInt8], name: String) throws -> LabelledFile {
        do {
            let file = try SafetensorsFile(bytes: bytes, name: name)
            let examples = try FileExamples(files: [file])
            try examples.checkFinite()
            return LabelledFile(
                name: name, bytes: bytes, targets: try examples.singleTargets(), groups: try examples.groups(),
                featureVersion: featureVersion, split: file.metadata["split"])
        } catch {
            throw ControlError("\(name): \(error)")
        }
    }

    func predict(_ bytes: [UInt8], package: ModelPackage) async throws -> [Float] {
        try check(package)
        let (kind, workers) = (kind, ProcessInfo.processInfo.activeProcessorCount)
        return try await BlockingWork.run {
            do {
                let model = try InferenceModel(package)
                let examples = try FileExamples(
                    files: [SafetensorsFile(bytes: bytes, name: "the set")], network: package.architecture.inputs)
                let (outputs, _) = try model.evaluate(examples, workers: workers)
                return kind == .regression
                    ? outputs : try package.calibration.probabilities(outputs, classes: kind.width)
            } catch let error as NeuralNetworkError {
                throw ControlError("\(error)")
            }
        }
    }

    private func check(_ package: ModelPackage) throws {
        let labels: [String]? = if case .classes(let names, _) = kind { names } else { nil }
        guard package.labels.count == kind.width, labels == nil || labels == package.labels else {
            throw ControlError(
                "the outputs of the model are \(package.labels.joined(separator: ", ")), and the set is of "
                    + (labels?.joined(separator: ", ") ?? "one number"))
        }
        let task = package.lineage.options?.loss.task
        let fits =
            switch kind {
            case .classes: task != .labels && task != .regression
            case .binary: task != .regression
            case .regression: task != .classes && task != .labels
            }
        guard fits else {
            throw ControlError(
                "the model was trained for \(task?.rawValue ?? "another task"), and the set is of another task")
        }
        // Its outputs are logarithms of rates, the targets are counts.
        if package.lineage.options?.loss == .poisson {
            throw ControlError("networks that were trained with the Poisson loss cannot be evaluated on sets")
        }
    }
}
