import Delivery
import Events
import Foundation
import ModelRegistry
import NeuralNetwork
import Observability
import Storage
import Tasks

extension JobWorker {
    /// Shares a job that another process leads, until it is over or a job waits for a leader of its own.
    ///
    /// What this process computes of it is the same as the leader's and is dropped. Returns whether to leave the job alone
    /// for a while.
    func help(_ running: JobTable.Running, avoiding avoided: [Identifier]) async throws -> Bool {
        let lease = running.lease
        let member = "\(context.instance)/\(UUID().uuidString.prefix(8).lowercased())"
        let fields: [String: LogValue] = ["job": "\(lease.job)", "member": .string(member)]
        let stop = StopSignal()
        do {
            let training = try await prepare(running.request, of: lease.job)
            let shared = SharedSteps(
                job: lease.job, board: StepBoard(helper: member, term: lease.term), stop: stop,
                settings: settings, capacity: nil, logger: context.logger)
            let reader = try await openReader(of: lease.job)
            let watch = { @Sendable in await self.watch(lease, avoiding: avoided, stop) }
            try await run(shared, reader: reader, stop: stop, watch: watch) {
                defer {
                    let wish = TrainingMembership(job: lease.job, member: member, wish: .leave)
                    if let record = try? wish.record() { shared.send(record) }
                }
                let checkpoint = try admission(to: lease.job, as: member, shared, stop)
                context.logger.notice("train.help.start", fields)
                var session = TrainingSession(workers: services.workers)
                session.exchange = shared
                session.resuming = checkpoint
                session.progress = { step in
                    try stop.check()
                    if step.step == step.steps { throw StopReason.finished }
                }
                _ = try training.fit(session)
            }
        } catch let reason as StopReason {
            context.logger.notice("train.help.end", fields.merging(["reason": "\(reason)"]) { $1 })
            return reason != .over
        } catch let error as DatasetLost {
            context.logger.warning("train.help.declined", fields, error: error)
        } catch  where error is NeuralNetworkError || error is TaskError {
            // The leader's own trouble, or the files are not on this machine.
            context.logger.warning("train.help.declined", fields, error: error)
        }
        return true
    }

    /// Asks the leader until it admits this process, and returns the checkpoint to begin with; blocks.
    private func admission(
        to job: Identifier, as member: String, _ shared: SharedSteps, _ stop: StopSignal
    ) throws -> TrainingCheckpoint {
        let wish = try TrainingMembership(job: job, member: member, wish: .join).record()
        while true {
            try stop.check()
            shared.send(wish)
            guard let plan = shared.awaitAdmission(for: .seconds(2)) else { continue }
            guard let checkpoint = try BlockingWork.wait(for: { try await checkpoint(of: job) }),
                checkpoint.report.steps >= plan.step - 1
            else { throw StopReason.fellBehind("the checkpoint of the plan is gone") }
            return checkpoint
        }
    }

    private func watch(_ lease: Lease, avoiding avoided: [Identifier], _ stop: StopSignal) async {
        while !Task.isCancelled {
            do {
                let goesOn = try await table.isCurrent(lease)
                let isWantedElsewhere = try await table.isLeaderWanted(except: avoided)
                if !goesOn || isWantedElsewhere { return stop.request(StopReason.over) }
            } catch is CancellationError {
                return
            } catch {
                context.logger.warning("train.watch.retry", ["job": "\(lease.job)"], error: error)
            }
            try? await Task.sleep(for: min(.seconds(1), settings.lease / 6))
        }
    }
}
