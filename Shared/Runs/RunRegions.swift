import Events
import Genomics
import Storage
import Synchronization

/// Where runs are to be called, fetched from the database once a run where the request only names them.
public struct RunRegions: Sendable {
    private final class Cache: Sendable {
        /// By digest, the last used at the end.
        let kept = Mutex<[(digest: String, bed: BED)]>([])
    }

    private let database: Database
    private let cache = Cache()
    /// An exome's regions are some ten megabytes.
    private static let limit = 4
    /// The name of the file among the artifacts of a run.
    public static let artifactName = "request.regions.bed"
    /// More regions than this travel as an artifact.
    public static let inlineLimit = 100

    /// Reads from a database.
    public init(_ database: Database) { self.database = database }

    /// The regions of a run; nil when it is to be called everywhere.
    ///
    /// Throws `GenomicsError` or `EventError` where the stored file is not what the request names.
    public func regions(of run: Identifier, _ request: IngestRequest) async throws -> BED? {
        guard let artifact = request.regionsArtifact else {
            return request.regions.map { BED($0.map { ($0.contig, $0.zeroBased) }) }
        }
        let known = cache.kept.withLock { kept -> BED? in
            guard let index = kept.firstIndex(where: { $0.digest == artifact.sha256 }) else { return nil }
            let found = kept.remove(at: index)
            kept.append(found)
            return found.bed
        }
        if let known { return known }
        let bytes = try await Artifacts.read(artifact, run: run, from: database)
        let bed = try BED(text: String(decoding: bytes, as: UTF8.self))
        cache.kept.withLock { kept in
            if kept.count >= Self.limit { kept.removeFirst() }
            kept.append((artifact.sha256, bed))
        }
        return bed
    }

    /// Puts regions into a request: a few into itself, more as an artifact of the run, whose row must be there.
    public static func attach(
        _ bed: BED, to request: IngestRequest, run: Identifier, on connection: Connection
    ) async throws -> IngestRequest {
        var request = request
        let contigs = bed.ranges.sorted { $0.key < $1.key }
        if contigs.reduce(0, { $0 + $1.value.count }) <= inlineLimit {
            request.regions = contigs.flatMap { contig, ranges in
                ranges.map { Interval(contig: contig, zeroBased: $0) }
            }
            return request
        }
        var text = ""
        for (contig, ranges) in contigs {
            for range in ranges { text += "\(contig)\t\(range.lowerBound)\t\(range.upperBound)\n" }
        }
        request.regionsArtifact = try await Artifacts.store(
            Array(text.utf8), name: artifactName, run: run, on: connection)
        return request
    }
}
