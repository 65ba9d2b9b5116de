import Genomics
import NeuralNetwork
import Tasks

/// Calling variants: candidate alleles with their pileups, and the probabilities of 0, 1 and 2 copies of each.
public struct VariantTask: PredictionTask {
    /// Makes the task.
    public init() {}

    /// `variants`.
    public var name: String { "variants" }
    /// The calling network.
    public var defaultModel: String? { CallingModel.name }

    /// Reads a value of `examples`.
    public func examples(decoding value: [UInt8]) throws -> any TaskExamples { try ExampleBatch(decoding: value) }

    /// A network of pileups and three genotypes.
    public func check(_ architecture: Architecture, labels: [String], featureVersion: String) throws {
        try CallingModel.check(architecture, labels: labels, featureVersion: featureVersion)
    }

    /// A package ready to score.
    ///
    /// Throws ``CallingModelError`` also where the package has other thresholds than the usual ones, by which `encode` makes pileups.
    public func model(_ package: ModelPackage) throws -> any TaskModel {
        let model = try CallingModel(package)
        guard model.options == PileupOptions() else {
            throw CallingModelError(
                "the model reads pileups of other thresholds than those that the services make; `predict variants` makes its own"
            )
        }
        return model
    }
}

extension VariantTask: TrainableTask {
    /// A training of the calling network.
    public func training(_ settings: TaskTraining, shards: [SafetensorsFile]) throws -> any PreparedTraining {
        do {
            return try CallingTrainer(settings, shards: shards)
        } catch let error as ExampleError {
            throw TaskError(error.description)
        }
    }

    /// The genotypes.
    public var outcome: Outcome { .classes(CallingModel.labels) }
    /// Candidates that are no variant.
    public var background: Int? { 0 }

    /// Reads an ``ExampleBatch`` with labels.
    public func labelledExamples(decoding bytes: [UInt8]) throws -> LabelledExamples {
        let batch = try ExampleBatch(decoding: bytes)
        guard let labels = batch.labels else { throw ExampleError("the tensor `labels` is needed") }
        return LabelledExamples(
            batch, targets: labels.map(Float.init), featureVersion: PileupEncoder.featureVersion,
            split: batch.split.rawValue, groups: batch.group.map { Array(repeating: $0, count: batch.count) })
    }
}

extension ExampleBatch: TaskExamples {
    /// The allele, and what was counted for it.
    public func subject(_ index: Int) -> ScoredSubject {
        let candidate = candidates[index]
        return ScoredSubject(record: candidate.key, candidate: candidate)
    }

    /// The pileups.
    public var observed: (values: [Float], features: Int) {
        let (values, pictures) = (CandidateEncoder.valuesPerCandidate, PileupEncoder.valuesPerCandidate)
        return ((0..<count).flatMap { features[($0 * values)..<($0 * values + pictures)] }, PileupEncoder.channels)
    }
}

extension CallingModel: TaskModel {
    /// The genotypes.
    public var outcome: Outcome { .classes(Self.labels) }

    /// Scores batches together.
    public func scores(_ batches: [any TaskExamples], workers: Int) async throws -> [[Score]] {
        let batches = try batches.map { batch in
            guard let batch = batch as? ExampleBatch else { throw TaskError("these are no candidates") }
            return batch
        }
        return try await predict(batches, workers: workers).map { $0.map { Score($0) } }
    }
}
