import Foundation
import ModelRegistry
import NeuralNetwork
import ServiceRuntime

/// Examples of any network: files of the tensors `inputs` and `targets`, as `helicase train network` reads them, one target an
/// example.
struct NetworkTask: EvaluationTask {
    let kind: ScoredExamples.Kind
    let featureVersion: String

    func read(_ bytes: [UInt8], name: String) throws -> LabelledFile {
        do {
            let file = try Safetensors.decode(bytes)
            return LabelledFile(
                name: name, bytes: bytes, targets: try Self.examples(file).targets, featureVersion: featureVersion,
                split: file.metadata["split"])
        } catch {
            throw ControlError("\(name): \(error)")
        }
    }

    func predict(_ bytes: [UInt8], package: ModelPackage) async throws -> [Float] {
        try check(package)
        let examples = try Self.examples(Safetensors.decode(bytes))
        let count = examples.targets.count
        let (kind, workers) = (kind, ProcessInfo.processInfo.activeProcessorCount)
        return try await BlockingWork.run {
            let model = try InferenceModel(package)
            guard examples.inputs.count == count * model.inputCount else {
                throw ControlError(
                    "an example has \(examples.inputs.count / max(1, count)) inputs, the network \(model.inputCount)")
            }
            let (outputs, _) = try model.evaluate(
                InMemoryExamples(inputs: examples.inputs, targets: examples.targets, count: count), workers: workers)
            return kind == .regression
                ? outputs : try package.calibration.probabilities(outputs, classes: kind.width)
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

    private static func examples(_ file: Safetensors) throws -> (inputs: [Float], targets: [Float]) {
        guard let inputs = file["inputs"], let targets = file["targets"], let values = inputs.floats,
            values.allSatisfy(\.isFinite), let count = inputs.shape.first, targets.shape.reduce(1, *) == count,
            targets.shape.first == count
        else {
            throw ControlError("the tensors `inputs`, finite F32, and `targets`, one an example, are needed")
        }
        switch targets.dtype {
        case .f32: return (values, targets.floats ?? [])
        case .u8: return (values, targets.bytes.map { Float($0) })
        case .i64:
            let numbers = targets.bytes.withUnsafeBytes { bytes in
                (0..<count).map { Float(bytes.loadUnaligned(fromByteOffset: $0 * 8, as: Int64.self)) }
            }
            return (values, numbers)
        default: throw ControlError("`targets` must be F32, U8 or I64")
        }
    }
}
