import Foundation
import Genomics
import NeuralNetwork
import Tasks

/// How much a gene is expressed, from its sequence, its epigenetic marks, the elements of its promoter, or a growth condition.
///
/// A model is of one ``ExpressionKind``, which says what its files hold; predictions come with an interval of 90 %.
public struct ExpressionTask: ItemTask {
    /// Makes the task.
    public init() {}

    /// `expression`.
    public var name: String { "expression" }

    /// The models of expression that come with the suite.
    public var bundled: BundledPackages { BundledPackages(.module) }

    /// Tables and sequences, by the kind of model.
    public var companions: [String] { ["sequences", "bins", "genes", "genome"] }

    /// Those of the request, and which kind of records the model reads and which words it knows.
    public func options(of inputs: ItemInputs, for package: ModelPackage) -> [String: String] {
        guard let options = try? ExpressionOptions.of(package) else { return inputs.options }
        let words = options.conditions?.vocabulary ?? options.vocabulary
        var own = ["kind": options.kind.rawValue]
        if !words.isEmpty { own["words"] = words.joined(separator: String(ExpressionRecord.separator)) }
        return inputs.options.merging(own) { $1 }
    }

    /// A table.
    public func resultForm(of inputs: ItemInputs) throws -> ItemResultForm {
        if let unknown = inputs.options.keys.filter({ !(companions + ["change", "kind", "words"]).contains($0) }).min()
        {
            throw TaskError("there is no option \"\(unknown)\" of expression")
        }
        // A request is checked before its model is known, and once more with it.
        guard inputs.options["kind"] != nil else { return .table }
        let kind = try kind(of: inputs)
        let read =
            switch kind {
            case .arabidopsis: ["sequences"]
            case .gm12878: ["bins"]
            case .ecoli: ["genes", "genome"]
            case .sigma70, .ecoliMPRA: [String]()
            }
        if let other = companions.first(where: { inputs.options[$0] != nil && !read.contains($0) }) {
            throw TaskError(
                "the model \(kind.modelName) reads no --\(other)"
                    + (read.isEmpty ? "" : "; it reads --\(read.joined(separator: " and --"))"))
        }
        return .table
    }

    private func kind(of inputs: ItemInputs) throws(TaskError) -> ExpressionKind {
        guard let text = inputs.options["kind"], let kind = ExpressionKind(rawValue: text) else {
            throw TaskError("the model says no kind of expression; it is no model of this task")
        }
        return kind
    }

    /// Opens the table of genes, samples, designs or windows that the model's kind is of.
    public func source(_ path: String, of inputs: ItemInputs) throws -> any ItemSource {
        let options = inputs.options
        return switch try kind(of: inputs) {
        case .arabidopsis: try MarkSource(path: path, sequences: options["sequences"], changes: options["change"])
        case .gm12878: try BinSource(path: path, bins: options["bins"], changes: options["change"])
        case .ecoli: try ConditionSource(path: path, known: options["words"], changes: options["change"])
        case .sigma70: try DesignSource(path: path, known: options["words"], changes: options["change"])
        case .ecoliMPRA: try WindowSequences(path: path, changes: options["change"])
        }
    }

    /// Numbers, words and base codes of each record.
    public func examples(of items: ItemBatch) throws -> ItemExamples { try ExpressionRecord.examples(of: items) }

    /// Reads such examples.
    public func examples(decoding value: [UInt8]) throws -> any TaskExamples {
        let examples = try ItemExamples(decoding: value, featureVersions: [ExpressionRecord.featureVersion])
        _ = try ExpressionRecord.records(of: examples)
        return examples
    }

    /// A table with the columns `record`, `prediction`, `lower`, `upper` and `name`; of conditions a line a gene and sample.
    public func result(_ path: String, of inputs: ItemInputs, by model: ItemModel) throws -> any ItemResult {
        guard try kind(of: inputs) == .ecoli else {
            return try ScoreTable(path: path, outcome: .values(["prediction", "lower", "upper"]))
        }
        return try GeneSampleTable(path: path, genes: model.package.labels, asked: inputs.options["genes"])
    }

    /// A network without heads whose outputs have a label each.
    public func check(_ architecture: Architecture, labels: [String], featureVersion: String) throws {
        guard featureVersion == ExpressionRecord.featureVersion else {
            throw TaskError(
                "the model reads features of version \(featureVersion.isEmpty ? "(none)" : featureVersion); those of expression "
                    + "are \(ExpressionRecord.featureVersion)")
        }
        guard architecture.heads.isEmpty, try architecture.outputShape() == [labels.count] else {
            throw TaskError("models of expression say one number a label, without heads")
        }
    }

    /// A package ready to score.
    public func model(_ package: ModelPackage) throws -> any TaskModel {
        try check(package.architecture, labels: package.labels, featureVersion: package.featureVersion)
        return try ExpressionModel(package)
    }

    /// Why letters are no DNA of a length; nil where they are.
    static func flaw(_ letters: String, length: Int) -> String? {
        let bytes = Array(letters.utf8)
        guard bytes.count == length else { return "the sequence has \(bytes.count) bases, and \(length) are read" }
        guard let place = bytes.firstIndex(where: { BaseCode.code(ofASCII: $0) == nil }) else { return nil }
        return "'\(Character(Unicode.Scalar(bytes[place])))' at base \(place + 1) stands for no base"
    }
}
