import Events
import Genomics
import Storage
import Synchronization

/// What a stage needs to work on a run: its request, its reference and what the stage makes of them (an index, say).
///
/// Runs are looked up in PostgreSQL once; a reference is opened, and its resources are made, once for all runs that ask
/// for it alike. A bounded number is kept.
public struct RunReferences<Resources: Sendable>: Sendable {
    /// A run as a stage finds it.
    public enum Found: Sendable {
        /// The run can be worked on.
        case ready(Resources)
        /// The run is completed, failed or unknown: nothing more is to be done for it.
        case over
        /// This run cannot be worked on anywhere: the run is to be given up for this reason.
        case unusable(String)
    }

    private struct Key: Hashable {
        var reference: String
        var digest: String
        var preset: String
    }

    private final class Cache: Sendable {
        let resources = Mutex<[Key: Task<Resources, any Error>]>([:])
    }

    private let lookup: RunLookup
    private let make: @Sendable (IngestRequest, ReferenceGenome) throws -> Resources
    private let cache = Cache()
    private static var kept: Int { 8 }

    /// Makes a look-up; `make` turns a reference into what the stage needs and may take long.
    public init(
        database: Database, make: @escaping @Sendable (IngestRequest, ReferenceGenome) throws -> Resources
    ) {
        lookup = RunLookup(database)
        self.make = make
    }

    /// Looks a run up.
    public func resources(of run: Identifier) async throws -> Found {
        guard let request = try await request(of: run) else { return .over }
        let key = Key(reference: request.reference, digest: request.referenceDigest, preset: request.preset)
        let task = cache.resources.withLock { tasks in
            if let task = tasks[key] { return task }
            if tasks.count >= Self.kept { tasks.removeAll() }
            let task = Task { [make] in
                return try make(request, request.openReference())
            }
            tasks[key] = task
            return task
        }
        do {
            return .ready(try await task.value)
        } catch let error as GenomicsError {
            cache.resources.withLock { $0[key] = nil }
            return .unusable(error.description)
        }
    }

    /// The request of an open run; nil when the run is over or unknown.
    public func request(of run: Identifier) async throws -> IngestRequest? { try await lookup.request(of: run) }
}
