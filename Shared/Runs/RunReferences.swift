import Commands
import Delivery
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
        /// The sites, where the stage needs them.
        var sites: IngestRequest.SitesFile?
        /// The file as it is now: one that was replaced is opened, and so checked, again.
        var stamp: FileStamp?

        func matches(_ other: Key) -> Bool {
            (reference, digest, preset, sites) == (other.reference, other.digest, other.preset, other.sites)
                && (stamp == other.stamp || other.stamp == nil)
        }
    }

    private struct Kept {
        var key: Key
        var task: Task<Resources, any Error>
    }

    private final class Cache: Sendable {
        /// The last used at the end.
        let kept = Mutex<[Kept]>([])
    }

    private let lookup: RunLookup
    private let roots: DataRoots
    private let regionFiles: RunRegions
    private let make: @Sendable (IngestRequest, ReferenceGenome) throws -> Resources
    private let cache = Cache()
    private let limit: Int
    private let needsSites: Bool

    /// Makes a look-up that keeps the resources of `keeping` references.
    ///
    /// `make` turns a reference into what the stage needs and may block for long. Where the stage `needsSites`, it is asked for each file
    /// of sites too.
    public init(
        _ services: StageServices, keeping limit: Int = 8, needsSites: Bool = false,
        make: @escaping @Sendable (IngestRequest, ReferenceGenome) throws -> Resources
    ) {
        lookup = RunLookup(services.database)
        regionFiles = RunRegions(services.database)
        roots = services.dataRoots
        self.limit = limit
        self.needsSites = needsSites
        self.make = make
    }

    /// Looks a run up.
    public func resources(of run: Identifier) async throws -> Found {
        guard let request = try await request(of: run) else { return .over }
        // The row is of somebody who may write to the database, or ingest has checked it.
        do { try request.check(roots, isVouched: true) } catch { return .unusable(error.description) }
        let stamp = try await BlockingWork.run { FileStamp(path: request.reference) }
        let key = Key(
            reference: request.reference, digest: request.referenceDigest, preset: request.preset,
            sites: needsSites ? request.sites : nil, stamp: stamp)
        let task = cache.kept.withLock { kept in
            // A file that cannot be looked at is no other file: what is known of it serves on.
            let known = kept.firstIndex { $0.key.matches(key) }.map { kept.remove(at: $0) }
            let used =
                known
                ?? Kept(
                    key: key,
                    task: Task { [make] in try await BlockingWork.run { try make(request, request.openReference()) } })
            if kept.count >= limit { kept.removeFirst() }
            kept.append(used)
            return used.task
        }
        do {
            return .ready(try await task.value)
        } catch {
            cache.kept.withLock { kept in kept.removeAll { $0.key == key } }
            guard let error = error as? GenomicsError else { throw error }
            return .unusable(error.description)
        }
    }

    /// Where an open run is to be called; nil for everywhere.
    public func regions(of run: Identifier) async throws -> BED? {
        guard let request = try await request(of: run) else { return nil }
        do {
            return try await regionFiles.regions(of: run, request)
        } catch let error as EventError {
            throw AbandonedUnit(error.description)
        } catch let error as GenomicsError {
            throw AbandonedUnit(error.description)
        }
    }

    /// How many lanes an open run is divided into; nil when the run is over or unknown.
    public func lanes(of run: Identifier) async throws -> Int? { try await lookup.find(run)?.lanes }

    /// The request of an open run; nil when the run is over or unknown.
    public func request(of run: Identifier) async throws -> IngestRequest? { try await lookup.request(of: run) }
}
