import Events
import Messaging
import ModelRegistry
import NeuralNetwork
import Observability
import Storage
import Synchronization

/// Draws a job's learning curve in the database, and tells `jobs` how far it is.
///
/// Every epoch is a point, and so are steps between them: one a second at first, later one in every five-hundredth of the time
/// that has passed, so that a curve has some thousand points however long a job runs.
final class ProgressRecorder: Sendable {
    private struct State {
        let began = ContinuousClock.now
        var lastPoint: (at: ContinuousClock.Instant, examples: Int)
        var examples = 0
    }

    private let lease: Lease
    private let table: JobTable
    private let producer: Producer
    private let logger: Logger
    private let state = Mutex(State(lastPoint: (.now, 0)))
    private let points: AsyncStream<JobProgress>
    private let sink: AsyncStream<JobProgress>.Continuation

    init(_ lease: Lease, table: JobTable, producer: Producer, logger: Logger) {
        self.lease = lease
        self.table = table
        self.producer = producer
        self.logger = logger
        (points, sink) = AsyncStream.makeStream()
    }

    /// Takes a step; on the thread of the training.
    func record(_ step: TrainingProgress, members: Int) {
        let rate: Double? = state.withLock { state in
            state.examples += step.examples
            let now = ContinuousClock.now
            let passed = now - state.lastPoint.at
            guard step.finished != nil || passed >= max(.seconds(1), (now - state.began) / 500) else { return nil }
            let rate = Double(state.examples - state.lastPoint.examples) / max(passed / .seconds(1), 1e-6)
            state.lastPoint = (now, state.examples)
            return rate
        }
        guard let rate else { return }
        sink.yield(
            JobProgress(
                epoch: step.epoch, step: step.step, steps: step.steps, loss: step.finished?.loss ?? step.loss,
                validationLoss: step.finished?.validation?.loss, learningRate: step.learningRate,
                gradientNorm: step.gradientNorm, examplesPerSecond: rate, members: members))
    }

    /// There are no more steps.
    func finish() { sink.finish() }

    /// Writes what is recorded until there is no more; trouble loses points and not the training.
    func run() async {
        var told = ContinuousClock.now - .seconds(5)
        for await point in points {
            do {
                try await table.note(point, of: lease)
                guard ContinuousClock.now - told >= .seconds(5) else { continue }
                told = .now
                try await producer.enqueue(
                    JobEvent(job: lease.job, state: .running, progress: point)
                        .record(id: "\(lease.term)/\(point.step)"))
            } catch is LeadershipLost {
                return
            } catch {
                logger.warning("train.progress.lost", ["job": "\(lease.job)"], error: error)
            }
        }
    }
}
