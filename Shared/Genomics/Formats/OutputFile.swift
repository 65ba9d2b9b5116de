import Foundation

/// A file that is written: nothing of it is there before ``commit()`` gives it its name, and then all of it is.
///
/// Until then it has no name at all, so that a process that is killed leaves nothing behind; on a file system that has no
/// such files it stands beside its place as `.partial`. Only regular files are replaced, never a device, a pipe or a folder.
public final class OutputFile {
    /// Where the file will be; the end of a link where the name is one.
    public let path: String
    /// A path at which other code can write and read what is not committed yet.
    public let draft: String
    private let descriptor: CInt
    private let isNamed: Bool
    private var isCommitted = false

    /// Linux's `O_TMPFILE`, a macro that Swift cannot read: a file without a name in a folder.
    static let unnamedFile = O_DIRECTORY | 0o20000000

    /// Checks the place as ``check(_:)`` does and begins an empty file.
    public init(path: String) throws(GenomicsError) {
        try Self.check(path)
        self.path = Self.target(path)
        let unnamed = open(Self.folder(of: self.path), Self.unnamedFile | O_RDWR | O_CLOEXEC, 0o666)
        let handle = "/proc/self/fd/\(unnamed)"
        if unnamed >= 0, access(handle, F_OK) == 0 {
            (descriptor, draft, isNamed) = (unnamed, handle, false)
            return
        }
        if unnamed >= 0 { close(unnamed) }
        draft = self.path + ".partial"
        isNamed = true
        descriptor = open(draft, O_CREAT | O_TRUNC | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0o666)
        guard descriptor >= 0 else {
            throw GenomicsError(.cannotWrite, "cannot be created: \(HTSLibrary.systemReason)", file: path)
        }
    }

    deinit {
        close(descriptor)
        if isNamed, !isCommitted { unlink(draft) }
    }

    /// Gives the file its name, in place of what had it.
    public func commit() throws(GenomicsError) {
        errno = 0
        guard fsync(descriptor) == 0, isNamed ? rename(draft, path) == 0 : link() else {
            throw GenomicsError(.cannotWrite, "cannot be completed: \(HTSLibrary.systemReason)", file: path)
        }
        isCommitted = true
    }

    private func link() -> Bool {
        if linkat(AT_FDCWD, draft, AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0 { return true }
        guard errno == EEXIST else { return false }
        // A name cannot be taken over by a link, only by another name.
        let other = Self.folder(of: path) + "/.\(getpid())-\(UInt64.random(in: 0...UInt64.max)).partial"
        guard linkat(AT_FDCWD, draft, AT_FDCWD, other, AT_SYMLINK_FOLLOW) == 0 else { return false }
        if rename(other, path) == 0 { return true }
        unlink(other)
        return false
    }

    /// Where a name leads that is a link to a file.
    private static func target(_ path: String) -> String {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK, let resolved = realpath(path, nil) else {
            return path
        }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
