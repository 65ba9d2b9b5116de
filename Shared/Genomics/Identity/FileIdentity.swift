import Foundation

/// What a path leads to: two paths with one identity are one file, and a file with another stamp is another file.
public struct FileStamp: Sendable, Hashable, Codable {
    /// The device.
    public let device: UInt64
    /// The inode.
    public let inode: UInt64
    /// The size in bytes.
    public let size: Int64
    /// When the contents were changed last, in nanoseconds since 1970.
    public let modified: Int64
    /// When contents or inode were changed last, which no program can set back.
    public let changed: Int64

    /// Looks at a path, links followed; nil where there is no file, or none that is regular.
    public init?(path: String) {
        var status = stat()
        guard path != "-", stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        size = Int64(status.st_size)
        modified = Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
        changed = Int64(status.st_ctim.tv_sec) * 1_000_000_000 + Int64(status.st_ctim.tv_nsec)
    }

    /// Whether this is the same file, changed or not.
    func isSameFile(as other: FileStamp) -> Bool { device == other.device && inode == other.inode }
}

/// Inputs that are one file under two names, or twice under one.
public enum RepeatedInputs {
    /// Throws when two of the paths lead to one file: its reads would count twice.
    public static func check(_ paths: [String]) throws(GenomicsError) {
        var known: [(path: String, stamp: FileStamp)] = []
        for path in paths {
            guard let stamp = FileStamp(path: path) else { continue }
            if let first = known.first(where: { $0.stamp.isSameFile(as: stamp) }) {
                let other = first.path == path ? "it" : "\(first.path), the same file,"
                throw GenomicsError(
                    .malformed, "\(other) is given twice; give each file of reads once, and the second mates' own file",
                    file: path)
            }
            known.append((path, stamp))
        }
    }
}
