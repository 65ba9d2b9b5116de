import CKernels
import Synchronization

/// Threads that share out parts of one piece of work, the caller among them.
///
/// One piece of work at a time. A run costs microseconds and allocates nothing; nothing may depend on who does what.
///
/// `@unchecked Sendable`: the team is only a pointer to threads that synchronize themselves.
final class WorkerTeam: @unchecked Sendable {
    let workers: Int
    private let team: OpaquePointer?

    /// Where threads cannot be started, the caller works alone.
    init(workers: Int) {
        team = workers > 1 ? ck_team_create(Int32(workers)) : nil
        self.workers = team == nil ? 1 : workers
    }

    deinit { if let team { ck_team_free(team) } }

    /// Calls `body` for each part in `0..<parts` and waits for all.
    func run(_ parts: Int, _ body: (_ part: Int) -> Void) {
        guard let team, parts > 1 else {
            for part in 0..<parts { body(part) }
            return
        }
        withoutActuallyEscaping(body) { body in
            var body = body
            withUnsafeMutablePointer(to: &body) { body in
                ck_team_run(
                    team,
                    { context, part in
                        context?.assumingMemoryBound(to: ((Int) -> Void).self).pointee(Int(part))
                    }, body, Int32(parts))
            }
        }
    }

    /// Calls `body` for each index in `0..<count`, each from one of the workers, and waits for all.
    ///
    /// Workers take the next index as they become free. Of several errors the one of the lowest index is thrown, after
    /// indices that were already begun are done.
    func forEach(_ count: Int, _ body: (_ worker: Int, _ index: Int) throws -> Void) throws {
        let next = Atomic(0)
        let failure = Mutex<(index: Int, error: any Error)?>(nil)
        run(min(workers, count)) { worker in
            while true {
                let index = next.add(1, ordering: .relaxed).oldValue
                guard index < count else { return }
                do {
                    try body(worker, index)
                } catch {
                    next.store(count, ordering: .relaxed)
                    failure.withLock { if index < $0?.index ?? .max { $0 = (index, error) } }
                }
            }
        }
        if let error = failure.withLock({ $0?.error }) { throw error }
    }
}
