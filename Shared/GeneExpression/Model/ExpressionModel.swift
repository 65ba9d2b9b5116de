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
        guard network.inputCount == encoder.numbers + options.kind.bases else {
            throw TaskError(
                "the network reads \(network.inputCount) numbers, and its records have \(encoder.numbers + options.kind.bases)"
            )
        }
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
        var (scores, inputs, scored) = ([Score](), [Float](), [Int]())
        for (place, subject) in examples.subjects.enumerated() {
            scores.append(Score(problem: subject.problem ?? ""))
            guard subject.problem == nil, let record = records.popFirst() else { continue }
            if let flaw = encoder.flaw(record) {
                scores[place] = Score(problem: flaw)
            } else {
                encoder.append(record, to: &inputs)
                scored.append(place)
            }
        }
        let outputs = await network.logits(inputs, count: scored.count, workers: workers)
        let width = network.outputCount
        for (index, place) in scored.enumerated() {
            let own = outputs[(index * width)..<((index + 1) * width)]
            guard own.allSatisfy(\.isFinite) else {
                scores[place] = Score(problem: "the prediction is no finite number")
                continue
            }
            scores[place] = Score(own.enumerated().flatMap { prediction($1, output: $0) })
        }
        return scores
    }

    private func prediction(_ output: Float, output place: Int) -> [Float] {
        let least = options.kind.least
        let value = max(least, options.offset + options.scale * output)
        let bounds = options.intervals[options.intervals.count == 1 ? 0 : place].bounds(value)
        return [value, max(least, bounds.lower), max(least, bounds.upper)]
    }
}
