import Genomics
import NeuralNetwork
import Tasks

/// What a model of expression says of records as they are, and as they would be with some columns changed.
///
/// The file is read twice at the same time, once with the changes, so it has to be a file and no pipe.
public struct ChangedPredictions {
    private let plain: any ItemSource
    private let changed: any ItemSource
    private let model: ExpressionModel
    private let package: ModelPackage
    private let genes: AskedGenes?

    private static let batchBytes = 1 << 20

    /// Opens a file of the model's records; `changes` are `COLUMN=VALUE`, of numbers also `COLUMN=+VALUE` for so much more.
    ///
    /// Throws `TaskError` where a change is none, or names a column that the model does not read, and what the reader throws.
    public init(_ package: ModelPackage, inputs: ItemInputs, changes: [String]) throws {
        let task = ExpressionTask()
        var own = inputs
        own.options = task.options(of: inputs, for: package)
        _ = try task.resultForm(of: own)
        let path = inputs.paths.first ?? ""
        plain = try task.source(path, of: own)
        own.options["change"] = changes.joined(separator: String(ColumnChange.separator))
        changed = try task.source(path, of: own)
        try task.check(package.architecture, labels: package.labels, featureVersion: package.featureVersion)
        model = try ExpressionModel(package)
        self.package = package
        genes =
            model.options.kind == .ecoli ? try AskedGenes(package.labels, table: own.options["genes"]) : nil
    }

    /// Bytes of the file that were read.
    public var bytesRead: Int64 { changed.bytesRead }
    /// The size of the file.
    public var totalBytes: Int64? { changed.totalBytes }

    /// Writes `record`, `prediction`, `lower`, `upper`, `what_if`, `difference` and `name`, a line a record.
    ///
    /// Of conditions `gene` and `sample` stand in place of record and name, a line a gene and sample. A record without either prediction
    /// has `NA`.
    ///
    /// Returns how many records there were and what is wrong with some of them.
    public func write(to path: String, workers: Int, progress: (Int64) -> Void) async throws -> ChangeSummary {
        let file = try TextOutput(path: path)
        let numbers = "prediction\tlower\tupper\twhat_if\tdifference"
        try file.write(genes == nil ? "record\t\(numbers)\tname\n" : "gene\tsample\t\(numbers)\n")
        var summary = ChangeSummary()
        let task = ExpressionTask()
        while let before = try plain.nextBatch(bytes: Self.batchBytes) {
            var after = ItemBatch(columns: changed.columns)
            for _ in before.items { if let item = try changed.next() { after.items.append(item) } }
            guard after.items.count == before.items.count else {
                throw TaskError("the file has other records when it is read again; name a file, not a pipe")
            }
            let scores = try await model.scores(
                [task.examples(of: before), task.examples(of: after)], workers: workers)
            for (index, item) in before.items.enumerated() {
                let (old, new) = (scores[0][index], scores[1][index])
                if let problem = old.problem ?? new.problem {
                    summary.problems.append(.init(record: item.record, name: item.name, reason: problem))
                }
                try file.write(lines(item, old.values, new.values))
            }
            summary.records += before.items.count
            progress(changed.bytesRead)
        }
        summary.remarks = changed.remarks
        if let loss = genes?.loss { summary.losses.append(loss) }
        try file.finish()
        return summary
    }

    private func lines(_ item: Item, _ old: [Float], _ new: [Float]) -> String {
        func numbers(_ output: Int) -> String {
            guard 3 * output + 2 < old.count, 3 * output < new.count else { return "NA\tNA\tNA\tNA\tNA" }
            let (before, after) = (old[3 * output], new[3 * output])
            return "\(before)\t\(old[3 * output + 1])\t\(old[3 * output + 2])\t\(after)\t\(after - before)"
        }
        guard let genes else { return "\(item.record)\t\(numbers(0))\t\(item.name)\n" }
        return
            (genes.places.map { "\(genes.all[$0])\t\(item.name)\t\(numbers($0))\n" }
            + genes.unknown.map { "\($0)\t\(item.name)\tNA\tNA\tNA\tNA\tNA\n" }).joined()
    }
}

/// What became of the records of a comparison.
public struct ChangeSummary: Sendable {
    /// A record that could not be compared, or a part of one.
    public struct Problem: Sendable, Hashable {
        /// Its place in the input, counted from 0.
        public var record: Int
        /// What the input calls it.
        public var name: String
        /// Why.
        public var reason: String
    }

    /// How many records were read.
    public var records = 0
    /// What could not be compared, in the order of the records.
    public var problems: [Problem] = []
    /// What is to be said of records that were.
    public var remarks: [String] = []
    /// What of the question is not answered though no record is to blame.
    public var losses: [String] = []
}
