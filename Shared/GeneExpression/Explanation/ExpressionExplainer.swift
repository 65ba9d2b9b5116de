import Genomics
import NeuralNetwork
import Tasks

/// What each part of a record adds to its prediction, beside other records of the same input.
///
/// Shapley values: they add up to the prediction less the mean prediction of the references. Every mixture of two records is scored as
/// any record is, so networks, trees and kernels are explained alike.
public struct ExpressionExplainer {
    /// What an explanation compares with, and how much is told.
    public struct Options: Sendable, Hashable {
        /// Records that stand for what is usual: the first usable ones of the input.
        public var references = 10
        /// The seed of the orders in which parts are exchanged, where there are too many for all.
        public var seed: UInt64 = 1
        /// Of a model of many genes, those that are told of a sample: the most unlike the references.
        public var genes = 20

        /// The defaults.
        public init() {}
    }

    /// One part's share.
    public struct Contribution: Sendable, Hashable {
        /// The mark, column, element or stretch.
        public var part: String
        /// `sequence`, `marks`, `gene` or `condition`.
        public var branch: String
        /// What it adds, in the prediction's unit.
        public var value: Double
    }

    /// The explanation of one prediction.
    public struct Explanation: Sendable {
        /// The record's place in the input.
        public var record: Int
        /// What the input calls it.
        public var name: String
        /// The gene, where the model says many.
        public var gene: String?
        /// What was predicted.
        public var prediction: Double
        /// The mean prediction of the references.
        public var base: Double
        /// A share a part, in the order of the columns.
        public var contributions: [Contribution]
    }

    private let model: ExpressionModel
    private let labels: [String]
    private let parts: ExpressionParts
    private let references: [ExpressionRecord]
    private let shapley: ShapleyValues
    private let options: Options

    /// Prepares to explain; the references are records of the input, of which none may be lacking.
    ///
    /// Throws `TaskError` where none of `references` can be used.
    public init(_ package: ModelPackage, references: [Item], options: Options) throws {
        model = try ExpressionModel(package)
        labels = package.labels
        self.options = options
        self.references = references.filter { $0.problem == nil }.prefix(options.references)
            .compactMap { try? ExpressionRecord($0) }
        guard !self.references.isEmpty else { throw TaskError("no record can be used to compare with") }
        parts = ExpressionParts(model.options.kind)
        shapley = ShapleyValues(
            parts: parts.parts.count, references: self.references.count, seed: options.seed)
    }

    /// Explains a record; throws `TaskError` with why it cannot be.
    public func explain(_ item: Item, workers: Int) async throws -> [Explanation] {
        if let problem = item.problem { throw TaskError(problem) }
        let own = try ExpressionRecord(item)
        let mixed = shapley.mixtures.map { parts.mixed(own, references[$0.reference], isOwn: $0.isOwn) }
        let scores = try await model.values(of: mixed, workers: workers)
        let ends = shapley.ends
        func base(_ output: Int) -> Double {
            ends.references.reduce(0) { $0 + Double(scores[$1][output]) } / Double(ends.references.count)
        }
        var outputs = Array(labels.indices)
        if outputs.count > 1 {
            let changes = outputs.map { abs(Double(scores[ends.record][$0]) - base($0)) }
            outputs = Array(outputs.sorted { (changes[$1], $0) < (changes[$0], $1) }.prefix(options.genes))
        }
        return outputs.map { output in
            let values = shapley.values(scores.map { Double($0[output]) })
            return Explanation(
                record: item.record, name: item.name, gene: labels.count > 1 ? labels[output] : nil,
                prediction: Double(scores[ends.record][output]), base: base(output),
                contributions: zip(parts.parts, values).map { .init(part: $0.name, branch: $0.branch, value: $1) })
        }
    }
}
