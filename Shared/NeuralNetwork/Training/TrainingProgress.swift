/// Where a training is, after a step or after an epoch.
public struct TrainingProgress: Codable, Sendable, Hashable {
    /// The epoch, from 1.
    public var epoch: Int
    /// Steps done, from the first epoch on.
    public var step: Int
    /// Steps in all, unless training ends early.
    public var steps: Int
    /// Examples of the step's batch.
    public var examples: Int
    /// The loss of the step's batch, before the step.
    public var loss: Double
    /// Share of the batch's decisions that were right, where the loss is of a classification.
    public var accuracy: Double?
    /// The learning rate of the step.
    public var learningRate: Float
    /// The norm of the batch's gradient, before it was clipped.
    public var gradientNorm: Double
    /// Set where the step was the last of an epoch, which then has been validated.
    public var finished: EpochReport?
}

/// The result of one epoch.
public struct EpochReport: Codable, Sendable, Hashable {
    /// The epoch, from 1.
    public var epoch: Int
    /// The mean loss of its batches, each before its step.
    public var loss: Double
    /// Share of decisions that were right, each before its step, where the loss is of a classification.
    public var accuracy: Double?
    /// The result on the validation examples after the epoch, if there are any.
    public var validation: EvaluationMetrics?
}

/// The result of a training.
public struct TrainingReport: Codable, Sendable, Hashable {
    /// All epochs, those before a restart included.
    public var epochs: [EpochReport] = []
    /// The epoch, from 1, whose parameters the network has now.
    public var bestEpoch = 0
    /// Steps done.
    public var steps = 0
    /// Indices of the examples that were split off for validation.
    public var validationIndices: [Int] = []
}
