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
    /// The tracks that it reads beside them.
    public var tracks: [String] { layout.tracks }
    /// Whether both strands are scored.
    public let readsBothStrands: Bool
    /// What its package says of how it is used.
    public let options: SequenceOptions?

    private let layout: SequenceLayout
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
        readsBothStrands = package.featureVersion == SequenceTask.bothStrands
        layout = try SequenceLayout(
            package.architecture, readsBothStrands: readsBothStrands, names: options?.tracks)
        length = layout.length
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

    /// Effects of variants are differences of scores.
    public func saysOutcome(of batch: any TaskExamples) -> Bool {
        (batch as? ItemExamples)?.featureVersion != VariantItem.featureVersion
    }

    private func scores(ofSequences batches: [any TaskExamples], workers: Int) async throws -> [[Score]] {
        var results: [[Score]] = []
        var usable: [SequenceExample] = []
        for batch in batches {
            guard let examples = batch as? ItemExamples else { throw TaskError("these are no examples of sequences") }
            guard examples.featureVersion != VariantItem.featureVersion else {
                results.append([])
                continue
            }
            let sequences = try SequenceBatch(examples)
            let flaw = flaw(ofTracks: sequences.tracks)
            let own = flaw == nil ? tracks.compactMap { sequences.tracks[$0] } : []
            results.append(
                zip(examples.subjects, sequences.ranges).map { subject, range in
                    guard let range else { return Score(problem: subject.problem ?? "there is no sequence") }
                    guard range.count == length else {
                        return Score(
                            problem: "the sequence has \(range.count) bases and the model reads \(length)")
                    }
                    if let flaw { return Score(problem: flaw) }
                    usable.append(
                        SequenceExample(
                            codes: Array(sequences.codes[range]), tracks: own.map { Array($0[range]) }))
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

    /// Why the tracks of a batch are not those of the model; nil where they are.
    private func flaw(ofTracks given: [String: [Float]]) -> String? {
        if let lacking = tracks.first(where: { given[$0] == nil }) {
            return "the model reads the track \(lacking), and there is none of that name; name it with --track"
        }
        guard given.count > tracks.count, let other = given.keys.filter({ !tracks.contains($0) }).min() else {
            return nil
        }
        return "the model reads no track \(other); it reads \(tracks.isEmpty ? "none" : tracks.joined(separator: ", "))"
    }

    /// Throws `TaskError` for a model that reads tracks, where there are bases alone.
    func checkBasesAlone() throws(TaskError) {
        guard tracks.isEmpty else {
            throw TaskError(
                "the model reads the tracks \(tracks.joined(separator: ", ")) beside the bases; it can only score windows with them"
            )
        }
    }

    /// The scores of sequences of base codes, each of the model's length; for models that read no tracks.
    public func values(of sequences: [[UInt8]], workers: Int) async throws -> [[Float]] {
        try await values(of: sequences.map { SequenceExample(codes: $0) }, workers: workers)
    }

    private func values(of examples: [SequenceExample], workers: Int) async throws -> [[Float]] {
        precondition(examples.allSatisfy { $0.codes.count == length && $0.tracks.count == tracks.count })
        var inputs: [Float] = []
        inputs.reserveCapacity(examples.count * network.inputCount * (readsBothStrands ? 2 : 1))
        for example in examples {
            layout.append(example, to: &inputs)
            if readsBothStrands { layout.append(example, isReverse: true, to: &inputs) }
        }
        let logits = await network.logits(inputs, count: inputs.count / network.inputCount, workers: workers)
        let scores = merged(try outcome.scores(logits, calibration: calibration))
        let width = outcome.count
        return examples.indices.map { Array(scores[($0 * width)..<(($0 + 1) * width)]) }
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
