import Genomics
import NeuralNetwork
import Tasks

/// A network over bases, ready to score sequences of its length.
///
/// A model of both strands scores the reverse complement too and says the mean of the two. An example's scores have the same bytes in
/// whatever batch it comes and however many workers there are.
public struct SequenceModel: TaskModel {
    /// What the scores say.
    public let outcome: Outcome
    /// Bases that the network reads.
    public let length: Int
    /// Whether both strands are scored.
    public let readsBothStrands: Bool
    /// What its package says of how it is used.
    public let options: SequenceOptions?

    let network: InferenceModel
    let calibration: Calibration

    /// Takes a package; throws `TaskError` when it is no model of sequences.
    public init(_ package: ModelPackage) throws {
        try SequenceTask().check(
            package.architecture, labels: package.labels, featureVersion: package.featureVersion)
        options = try SequenceOptions.of(package)
        network = try InferenceModel(package)
        calibration = package.calibration
        outcome = Outcome(package)
        length = network.inputCount
        readsBothStrands = package.featureVersion == SequenceTask.bothStrands
    }

    /// Scores the sequences of all batches together; of variants, their effects.
    public func scores(_ batches: [any TaskExamples], workers: Int) async throws -> [[Score]] {
        var results = try await scores(ofSequences: batches, workers: workers)
        for (place, batch) in batches.enumerated() {
            guard let examples = batch as? ItemExamples, examples.featureVersion == VariantItem.featureVersion else {
                continue
            }
            results[place] = try await VariantBatch(examples).scores(
                self, problems: examples.subjects.map(\.problem), workers: workers)
        }
        return results
    }

    private func scores(ofSequences batches: [any TaskExamples], workers: Int) async throws -> [[Score]] {
        var results: [[Score]] = []
        var usable: [[UInt8]] = []
        for batch in batches {
            guard let examples = batch as? ItemExamples else { throw TaskError("these are no examples of sequences") }
            guard examples.featureVersion != VariantItem.featureVersion else {
                results.append([])
                continue
            }
            let sequences = try SequenceBatch(examples)
            results.append(
                zip(examples.subjects, sequences.ranges).map { subject, range in
                    guard let range else { return Score(problem: subject.problem ?? "there is no sequence") }
                    guard range.count == length else {
                        return Score(
                            problem: "the sequence has \(range.count) bases and the model reads \(length)")
                    }
                    usable.append(Array(sequences.codes[range]))
                    return Score([])
                })
        }
        var values = try await values(of: usable, workers: workers)[...]
        for batch in results.indices {
            for index in results[batch].indices where results[batch][index].problem == nil {
                let own = values.removeFirst()
                results[batch][index] =
                    own.allSatisfy(\.isFinite) ? Score(own) : Score(problem: "the prediction is no finite number")
            }
        }
        return results
    }

    /// The scores of sequences of base codes, each of the model's length.
    public func values(of sequences: [[UInt8]], workers: Int) async throws -> [[Float]] {
        precondition(sequences.allSatisfy { $0.count == length })
        let inputs = sequences.flatMap { codes in
            codes.map(Float.init)
                + (readsBothStrands ? codes.reversed().map { Float(BaseCode.complementCode($0)) } : [])
        }
        let logits = await network.logits(inputs, count: inputs.count / length, workers: workers)
        let scores = merged(try outcome.scores(logits, calibration: calibration))
        let width = outcome.count
        return sequences.indices.map { Array(scores[($0 * width)..<(($0 + 1) * width)]) }
    }

    /// The means of the two strands, where both were scored.
    private func merged(_ scores: [Float]) -> [Float] {
        guard readsBothStrands else { return scores }
        let width = outcome.count
        return stride(from: 0, to: scores.count, by: 2 * width).flatMap { start in
            (start..<(start + width)).map { 0.5 * (scores[$0] + scores[$0 + width]) }
        }
    }
}
