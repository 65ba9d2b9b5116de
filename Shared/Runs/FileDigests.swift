import Genomics
import Hashing
import Synchronization

/// SHA-256 digests of files that many runs name, each read once for as long as the file stays what it was (`FileStamp`).
public final class FileDigests: Sendable {
    private let known = Mutex<[String: (stamp: FileStamp, digest: String)]>([:])
    /// As many as are kept: a laboratory's knowledge is some dozens of files.
    private static let limit = 1000

    /// Begins with none.
    public init() {}

    /// The digest in hexadecimal; throws where the file cannot be read.
    public func sha256(ofFile path: String) throws -> String {
        let stamp = FileStamp(path: path)
        if let stamp, let found = known.withLock({ $0[path] }), found.stamp == stamp { return found.digest }
        let digest = try SHA256Digest.hexadecimal(ofFile: path)
        // A file that was changed while it was read has no stamp of that digest.
        if let stamp, FileStamp(path: path) == stamp {
            known.withLock { known in
                if known.count >= Self.limit { known.removeAll() }
                known[path] = (stamp, digest)
            }
        }
        return digest
    }
}
