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

    /// Does all parts in `0..<parts` and waits for them; allocates nothing.
    func run(_ parts: Int, _ work: some TeamWork) {
        guard let team, parts > 1 else {
            for part in 0..<parts { work.work(part) }
            return
        }
        withUnsafePointer(to: work) { pointer in
            // One word, which an existential keeps in itself.
            var reference: any TeamWork = TeamWorkReference(pointer: pointer)
            withUnsafeMutablePointer(to: &reference) { reference in
                ck_team_run(
                    team,
                    { context, part in
                        context?.assumingMemoryBound(to: (any TeamWork).self).pointee.work(Int(part))
                    }, reference, Int32(parts))
            }
        }
    }

    /// Calls `body` for each index in `0..<count`, each from one of the workers, and waits for all.
    ///
    /// Workers take the next index as they become free. Of several errors the one of the lowest index is thrown, after
    /// indices that were already begun are done.
    func forEach(_ count: Int, _ body: (_ worker: Int, _ index: Int) throws -> Void) throws {
        let next = Atomic(0)
        let failure = FirstFailure()
        withoutActuallyEscaping(body) { body in
            run(
                min(workers, count),
                ClosureWork { worker in
                    while true {
                        let index = next.add(1, ordering: .relaxed).oldValue
                        guard index < count, !failure.isSet else { return }
                        failure.catching(index) { try body(worker, index) }
                    }
                })
        }
        try failure.rethrow()
    }
}

/// Work in parts that do not touch each other.
protocol TeamWork {
    func work(_ part: Int)
}

private struct TeamWorkReference<Work: TeamWork>: TeamWork {
    let pointer: UnsafePointer<Work>
    func work(_ part: Int) { pointer.pointee.work(part) }
}

private struct ClosureWork: TeamWork {
    let body: (Int) -> Void
    func work(_ part: Int) { body(part) }
}

/// The error of the lowest part of some work.
final class FirstFailure: Sendable {
    private let failure = Mutex<(index: Int, error: any Error)?>(nil)

    var isSet: Bool { failure.withLock { $0 != nil } }

    /// Calls `body`, and keeps what it throws unless a lower part has thrown.
    func catching(_ index: Int, _ body: () throws -> Void) {
        do {
            try body()
        } catch {
            failure.withLock { if index < $0?.index ?? .max { $0 = (index, error) } }
        }
    }

    /// Throws the error, if there was one, and forgets it.
    func rethrow() throws {
        let error = failure.withLock { failure in
            defer { failure = nil }
            return failure?.error
        }
        if let error { throw error }
    }
}
