/// What surrounds a training and changes no byte of its result: who shares the work, where it goes on, who watches.
public struct TrainingSession {
    /// Threads.
    public var workers = 1
    /// Shares the shards of each step out among processes.
    public var exchange: (any GradientExchange)?
    /// A training of the same network, options and examples to go on with.
    public var resuming: TrainingCheckpoint?
    /// Asked after each step, with the number of steps done, whether to save a checkpoint.
    public var isSaveDue: ((Int) -> Bool)?
    /// Receives the checkpoints.
    public var save: ((TrainingCheckpoint) throws -> Void)?
    /// Called after each step; an error ends the training.
    public var progress: ((TrainingProgress) throws -> Void)?
    /// Called by a training that has no steps, before each of the models that it fits and after the last one, with how many are fitted, of how
    /// many; an error ends the training.
    public var fitted: ((_ done: Int, _ of: Int) throws -> Void)?

    /// A training on this thread alone that nobody watches.
    public init(workers: Int = 1) { self.workers = workers }
}

/// A training that is ready: its data are open, its network and options are known.
///
/// The service, each process that shares a job, and the command line run it through this one function.
public protocol PreparedTraining: Sendable {
    /// Trains and packs the result, the same bytes whatever the session; blocks the thread.
    func fit(_ session: TrainingSession) throws -> ModelPackage
}

extension Trainer {
    /// Trains; see ``fit(_:validation:augmentation:exchange:resuming:saveIf:save:progress:)``.
    public func fit(
        _ source: some ExampleSource, validation: (any ExampleSource)? = nil, in session: TrainingSession
    ) throws -> TrainingReport {
        try fit(
            source, validation: validation, exchange: session.exchange, resuming: session.resuming,
            saveIf: session.isSaveDue, save: session.save, progress: session.progress)
    }
}
