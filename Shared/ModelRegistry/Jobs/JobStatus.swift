import Events
import Foundation
import Storage

/// A training job as its row says.
public struct JobStatus: Sendable {
    /// The job.
    public var job: Identifier
    /// Where it is: queued, running, done, failed or cancelled.
    public var state: String
    /// What was asked for; nil where this program cannot read it.
    public var request: TrainingRequest?
    /// How far it is.
    public var progress: JobProgress?
    /// The version that came of it, or why none did.
    public var outcome: JSON?
    /// Who leads it.
    public var leader: String?
    /// When it was asked for.
    public var createdAt: Date
    /// When it ended.
    public var finishedAt: Date?
}

/// A point of a job's learning curve.
public struct JobPoint: Sendable, Codable {
    /// Steps that were taken.
    public var step: Int
    /// The epoch, from 1.
    public var epoch: Int
    /// The mean loss since the point before.
    public var loss: Double
    /// The loss on what validates, at the end of an epoch.
    public var validationLoss: Double?
    /// The learning rate.
    public var learningRate: Float
    /// The norm of the gradient.
    public var gradientNorm: Double
    /// How fast it goes.
    public var examplesPerSecond: Double
    /// The processes that share the job.
    public var members: Int
    /// When it was noted.
    public var at: Date
}

extension JobTable {
    /// The jobs whose ids begin so, oldest first.
    public func jobs(prefix: String = "") async throws -> [JobStatus] {
        try await database.query(
            """
            SELECT job_id, state, request, progress, outcome, leader, created_at, finished_at FROM jobs
            WHERE kind = 'train' AND starts_with(job_id::text, \(prefix)) ORDER BY created_at, job_id
            """
        ).map { row in
            JobStatus(
                job: Identifier(try row.decode("job_id", as: UUID.self)), state: try row.decode("state"),
                request: try? row.decode("request", as: JSON.self).decode(TrainingRequest.self),
                progress: try row.decode("progress", as: JSON?.self)?.decode(JobProgress.self),
                outcome: try row.decode("outcome", as: JSON?.self), leader: try row.decode("leader"),
                createdAt: try row.decode("created_at"), finishedAt: try row.decode("finished_at"))
        }
    }

    /// The learning curve of a job, from its first point.
    public func curve(of job: Identifier) async throws -> [JobPoint] {
        try await database.query(
            """
            SELECT step, epoch, loss, validation_loss, learning_rate, gradient_norm, examples_per_second, members, at
            FROM job_progress WHERE job_id = \(job.uuid) ORDER BY step
            """
        ).map { row in
            JobPoint(
                step: try row.decode("step"), epoch: try row.decode("epoch"), loss: try row.decode("loss"),
                validationLoss: try row.decode("validation_loss"), learningRate: try row.decode("learning_rate"),
                gradientNorm: try row.decode("gradient_norm"),
                examplesPerSecond: try row.decode("examples_per_second"), members: try row.decode("members"),
                at: try row.decode("at"))
        }
    }
}
