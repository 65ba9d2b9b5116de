import Events

/// A job and the right to lead it, which ends when it is not renewed in time.
public struct Lease: Sendable, Hashable {
    /// The job.
    public var job: Identifier
    /// Which of the job's leaders holds it, from 1.
    public var term: Int

    /// Describes a lease.
    public init(job: Identifier, term: Int) {
        self.job = job
        self.term = term
    }
}

/// Another process leads the job by now, or the job is over: what this one made does not count.
public struct LeadershipLost: Error, CustomStringConvertible {
    /// Whose term is over.
    public let lease: Lease

    /// In a sentence.
    public var description: String { "job \(lease.job) is no longer led by its term \(lease.term)" }
}
