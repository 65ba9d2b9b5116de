/// The losses of one epoch of a training.
public struct LearningCurvePoint: Codable, Sendable, Hashable {
    /// The epoch, from 1.
    public var epoch: Int
    /// The mean loss of the training examples, each before its step.
    public var trainingLoss: Double
    /// The loss on the validation examples after the epoch, if there were any.
    public var validationLoss: Double?

    /// Describes an epoch.
    public init(epoch: Int, trainingLoss: Double, validationLoss: Double? = nil) {
        self.epoch = epoch
        self.trainingLoss = trainingLoss
        self.validationLoss = validationLoss
    }
}

extension TrainingReport {
    /// The losses of all epochs, for a model's lineage.
    public var curve: [LearningCurvePoint] {
        epochs.map { LearningCurvePoint(epoch: $0.epoch, trainingLoss: $0.loss, validationLoss: $0.validation?.loss) }
    }
}
