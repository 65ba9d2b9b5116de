import NeuralNetwork
import Tasks

/// A package of expression, ready to score: the prediction of each output with its interval of 90 %.
///
/// Values are the prediction, its lower and its upper bound, of one output after the other.
struct ExpressionModel: TaskModel {
    let outcome: Outcome
    let options: ExpressionOptions
    private let encoder: ExpressionEncoder
    private let network: InferenceModel

    init(_ package: ModelPackage) throws {
        options = try ExpressionOptions.of(package)
        encoder = ExpressionEncoder(options)
        network = try InferenceModel(package)
        let width = encoder.numbers + options.kind.filteredBases
        guard network.inputCount == width else {
            throw TaskError("the network reads \(network.inputCount) numbers, and its records have \(width)")
        }
        guard options.line.isEmpty || options.line.count == encoder.numbers,
            options.trees?.trees.isValid(columns: encoder.treeNumbers) ?? true, options.promoter?.isValid ?? true
        else { throw TaskError("its lines or its trees read other numbers than its records have") }
        let isAlone = package.labels.count == 1
        outcome = .values(
            package.labels.flatMap { label in
                [label] + ["lower", "upper"].map { isAlone ? $0 : "\(label) \($0)" }
            })
    }

    /// An interval is said beside each number, so what is compared by experiments is not all of a score.
    func saysOutcome(of batch: any TaskExamples) -> Bool { false }

    func scores(_ batches: [any TaskExamples], workers: Int) async throws -> [[Score]] {
        var results: [[Score]] = []
        for batch in batches {
            guard let examples = batch as? ItemExamples else { throw TaskError("these are no examples of expression") }
            results.append(try await scores(examples, workers: workers))
        }
        return results
    }

    private func scores(_ examples: ItemExamples, workers: Int) async throws -> [Score] {
        var records = try ExpressionRecord.records(of: examples)[...]
        var (scores, scored) = ([Score](), [(place: Int, record: ExpressionRecord)]())
        for (place, subject) in examples.subjects.enumerated() {
            scores.append(Score(problem: subject.problem ?? ""))
            guard subject.problem == nil, let record = records.popFirst() else { continue }
            if let flaw = encoder.flaw(record) {
                scores[place] = Score(problem: flaw)
            } else {
                scored.append((place, record))
            }
        }
        let all = await predictions(of: scored.map(\.record), workers: workers)
        for ((place, _), values) in zip(scored, all) {
            guard values.allSatisfy(\.isFinite) else {
                scores[place] = Score(problem: "the prediction is no finite number")
                continue
            }
            scores[place] = Score(values.enumerated().flatMap { interval($1, output: $0) })
        }
        return scores
    }

    /// The predictions of records without intervals, one an output; throws ``TaskError`` where a record is not one of the model's.
    func values(of records: [ExpressionRecord], workers: Int) async throws(TaskError) -> [[Float]] {
        if let flaw = records.lazy.compactMap(encoder.flaw).first { throw TaskError(flaw) }
        let values = await predictions(of: records, workers: workers)
        guard values.allSatisfy({ $0.allSatisfy(\.isFinite) }) else {
            throw TaskError("the prediction is no finite number")
        }
        return values
    }

    private func predictions(of records: [ExpressionRecord], workers: Int) async -> [[Float]] {
        var inputs: [Float] = []
        for record in records { encoder.append(record, to: &inputs) }
        let outputs = await network.logits(inputs, count: records.count, workers: workers)
        let width = network.outputCount
        return records.enumerated().map { index, record in
            values(of: record, outputs: outputs[(index * width)..<((index + 1) * width)])
        }
    }

    /// The predictions of a record, one an output of the network.
    private func values(of record: ExpressionRecord, outputs: ArraySlice<Float>) -> [Float] {
        var added = options.offset
        if !options.line.isEmpty || options.trees != nil {
            let numbers = encoder.numbers(of: record)
            added = zip(options.line, numbers).reduce(added) { $0 + $1.0 * $1.1 }
            if let part = options.trees { added += part.share * part.trees.value(numbers[..<encoder.treeNumbers]) }
        }
        if let promoter = options.promoter, record.hasBases { added += promoter.value(of: record.codes) }
        var values = outputs.map { max(options.kind.least, added + options.scale * $0) }
        if let deletions = options.deletions {
            for gene in deletions.places(in: record) { values[gene] = min(values[gene], deletions.level) }
        }
        return values
    }

    private func interval(_ value: Float, output place: Int) -> [Float] {
        let least = options.kind.least
        let bounds = options.intervals[options.intervals.count == 1 ? 0 : place].bounds(value)
        return [value, max(least, bounds.lower), max(least, bounds.upper)]
    }
}
