import Foundation
import Genomics
import NeuralNetwork
import Tasks

/// A task as somebody would add one: a number of a table, and what a network says of it.
///
/// The services know it by the catalogue alone.
struct DoseTask: ItemTask {
    let name = "dose"
    let bundled = BundledPackages.none
    static let featureVersion = "dose-1"

    func check(_ architecture: Architecture, labels: [String], featureVersion: String) throws {
        guard featureVersion == Self.featureVersion, architecture.inputs.map(\.shape) == [[1]] else {
            throw TaskError("the model does not read a dose")
        }
    }

    func source(_ path: String, of inputs: ItemInputs) throws -> any ItemSource {
        try TableSource(path: path, columns: [inputs.options["column"] ?? "dose"])
    }

    func examples(of items: ItemBatch) throws -> ItemExamples {
        var (subjects, doses): ([ItemExamples.Subject], [UInt8]) = ([], [])
        for item in items.items {
            var problem = item.problem
            if problem == nil {
                let text = String(decoding: item.fields[0], as: UTF8.self)
                if let dose = Float(text), dose.isFinite {
                    withUnsafeBytes(of: dose.bitPattern.littleEndian) { doses += $0 }
                } else {
                    problem = "\"\(text)\" is no dose"
                }
            }
            subjects.append(.init(record: item.record, name: item.name, problem: problem))
        }
        return ItemExamples(
            subjects: subjects,
            tensors: [.init(name: "doses", dtype: .f32, shape: [doses.count / 4], bytes: doses)],
            featureVersion: Self.featureVersion)
    }

    func examples(decoding value: [UInt8]) throws -> any TaskExamples {
        try ItemExamples(decoding: value, featureVersions: [Self.featureVersion])
    }

    func model(_ package: ModelPackage) throws -> any TaskModel {
        try check(package.architecture, labels: package.labels, featureVersion: package.featureVersion)
        return Model(outcome: Outcome(package), network: try InferenceModel(package))
    }

    /// A network of one number.
    struct Model: TaskModel {
        let outcome: Outcome
        let network: InferenceModel

        func scores(_ batches: [any TaskExamples], workers: Int) async throws -> [[Score]] {
            var results: [[Score]] = []
            for batch in batches {
                guard let examples = batch as? ItemExamples, let doses = examples["doses"] else {
                    throw TaskError("these are no doses")
                }
                let numbers = doses.bytes.withUnsafeBytes { bytes in
                    (0..<bytes.count / 4).map {
                        Float(bitPattern: bytes.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self))
                    }
                }
                var outputs = await network.logits(numbers, count: numbers.count, workers: workers)[...]
                results.append(
                    examples.subjects.map { $0.problem.map { Score(problem: $0) } ?? Score([outputs.removeFirst()]) })
            }
            return results
        }
    }
}
