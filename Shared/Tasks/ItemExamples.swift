import Foundation
import NeuralNetwork

/// The model inputs of items: a value of `examples`, as a safetensors file.
///
/// `items` U8 holds the JSON of what each example is of; the other tensors are the task's, with the examples that have no problem along
/// their first dimension unless the task says otherwise. The metadata `feature_version` names the definition of the tensors.
public struct ItemExamples: TaskExamples, Hashable {
    /// What an example is of.
    public struct Subject: Sendable, Hashable, Codable {
        /// The record's place in the input, counted from 0.
        public var record: Int
        /// What the input calls it.
        public var name: String
        /// Why it cannot be scored.
        public var problem: String?

        /// Describes an example.
        public init(record: Int, name: String, problem: String? = nil) {
            self.record = record
            self.name = name
            self.problem = problem
        }
    }

    /// One an item, in their order.
    public var subjects: [Subject]
    /// The task's tensors.
    public var tensors: [Safetensors.Tensor]
    /// The definition of the tensors.
    public var featureVersion: String

    /// Examples.
    public init(subjects: [Subject], tensors: [Safetensors.Tensor], featureVersion: String) {
        self.subjects = subjects
        self.tensors = tensors
        self.featureVersion = featureVersion
    }

    /// The number of items, usable or not.
    public var count: Int { subjects.count }

    /// The record's number and name.
    public func subject(_ index: Int) -> ScoredSubject {
        let subject = subjects[index]
        return ScoredSubject(record: String(subject.record), number: subject.record, name: subject.name)
    }

    /// A task's tensor.
    public subscript(name: String) -> Safetensors.Tensor? { tensors.first { $0.name == name } }

    /// The file.
    public func encode() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let json = try Array(encoder.encode(subjects))
        let items = Safetensors.Tensor(name: "items", dtype: .u8, shape: [json.count], bytes: json)
        return Safetensors.encode(tensors: tensors + [items], metadata: ["feature_version": featureVersion])
    }

    /// Reads such a file; throws ``TaskError`` where it is none, or of another definition than these.
    public init(decoding bytes: [UInt8], featureVersions: [String]) throws {
        let file = try Safetensors.decode(bytes)
        let version = file.metadata["feature_version"] ?? "unknown"
        guard featureVersions.contains(version) else {
            throw TaskError(
                "features of version \(version); this program reads \(featureVersions.joined(separator: " and "))")
        }
        guard let json = file["items"] else { throw TaskError("the tensor `items` is needed") }
        do {
            subjects = try JSONDecoder().decode([Subject].self, from: Data(json.bytes))
        } catch {
            throw TaskError("`items` is not the JSON of items: \(error)")
        }
        guard subjects.allSatisfy({ $0.record >= 0 }) else { throw TaskError("the number of an item is below 0") }
        tensors = file.tensors.filter { $0.name != "items" }
        featureVersion = version
    }
}
