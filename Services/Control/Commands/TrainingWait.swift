import Commands
import Events
import Foundation
import Messaging
import ModelRegistry
import Observability
import Storage

/// Waits for a training job by its row in `jobs`.
struct TrainingWait {
    let job: Identifier
    let database: Database

    /// Asks the stack for a training.
    static func send(_ request: TrainingRequest, as job: Identifier, _ endpoints: Endpoints) async throws {
        let producer = try await Producer(endpoints.messaging, topics: endpoints.topics)
        try await producer.send(
            EventCoding.record(
                JobEvent(job: job, state: .requested, train: request), topic: Topics.jobs, key: job.description,
                id: "\(job)/train", source: "control"))
        await producer.close()
        print("job \(job)")
    }

    /// Waits, says which version came of it and, where that was asked for, puts it into production.
    func finish(_ command: ParsedCommand, line: String, endpoints: Endpoints) async throws {
        let version = try await version()
        print("\(version.label) is registered as a candidate, digest \(version.digest).")
        guard command.flag("promote") else { return }
        try await PromotionCommands.promoteNew(
            version, ModelRegistry(database), endpoints, reason: "trained by \(line)")
    }

    /// The version that the job registers; throws the reason where it fails or is cancelled.
    func version() async throws -> ModelRegistry.Version {
        let meter = ProgressMeter("training", unit: "steps")
        defer { meter.finish() }
        while true {
            if let status = try await JobTable(database).jobs(prefix: job.description).first {
                if let progress = status.progress {
                    meter.set(total: progress.steps)
                    meter.set(progress.step)
                }
                switch status.state {
                case "done":
                    if let outcome = status.outcome { return try outcome.decode(ModelRegistry.Version.self) }
                case "failed", "cancelled":
                    let reason = try status.outcome?.decode([String: String].self)["message"]
                    throw ControlError(
                        "the training \(status.state == "failed" ? "failed" : "is cancelled"): \(reason ?? "")")
                default: break
                }
            }
            try await Task.sleep(for: .milliseconds(300))
        }
    }
}
