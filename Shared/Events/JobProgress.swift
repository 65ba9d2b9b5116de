/// How far a training is.
public struct JobProgress: Codable, Sendable, Hashable {
    /// The epoch, from 1.
    public var epoch: Int
    /// Steps done.
    public var step: Int
    /// Steps in all, unless training ends early.
    public var steps: Int
    /// The loss of the step's batch; at the end of an epoch, the mean of its batches.
    public var loss: Double
    /// At the end of an epoch, the loss on the validation examples where there are any.
    public var validationLoss: Double?
    /// The learning rate of the step.
    public var learningRate: Float
    /// The norm of the batch's gradient, before it was clipped.
    public var gradientNorm: Double
    /// Examples trained on a second, lately.
    public var examplesPerSecond: Double
    /// Processes that share the work.
    public var members: Int

    /// Makes a progress.
    public init(
        epoch: Int, step: Int, steps: Int, loss: Double, validationLoss: Double? = nil, learningRate: Float,
        gradientNorm: Double, examplesPerSecond: Double, members: Int
    ) {
        self.epoch = epoch
        self.step = step
        self.steps = steps
        self.loss = loss
        self.validationLoss = validationLoss
        self.learningRate = learningRate
        self.gradientNorm = gradientNorm
        self.examplesPerSecond = examplesPerSecond
        self.members = members
    }
}
