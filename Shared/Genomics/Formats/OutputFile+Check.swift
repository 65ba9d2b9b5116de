import Foundation

extension OutputFile {
    /// Makes sure, before any work starts, that a file can be written at a path.
    ///
    /// Throws `GenomicsError.Code.cannotWrite` for what is there and no regular file, or may not be written, and for a folder
    /// that is missing, may not be written, or has no room.
    public static func check(_ path: String) throws(GenomicsError) {
        guard !path.isEmpty else { throw GenomicsError(.cannotWrite, "the name of the output file is empty") }
        func refused(_ reason: String) -> GenomicsError { GenomicsError(.cannotWrite, reason, file: path) }
        guard !path.hasSuffix("/") else { throw refused("this is the name of a folder; name a file in it") }
        var status = stat()
        if stat(path, &status) == 0 {
            guard status.st_mode & S_IFMT == S_IFREG else {
                throw refused(
                    status.st_mode & S_IFMT == S_IFDIR
                        ? "this is a folder; name a file in it"
                        : "this is \(kind(of: status)), and only regular files are written; name another file")
            }
            guard access(path, W_OK) == 0 else {
                throw refused(
                    "the file is there and may not be written (\(HTSLibrary.systemReason)); name another file")
            }
        } else if errno != ENOENT {
            throw refused("cannot be written: \(HTSLibrary.systemReason)")
        } else if lstat(path, &status) == 0 {
            throw refused("this is a link to a file that does not exist; remove it or name another file")
        }
        let folder = folder(of: path)
        guard stat(folder, &status) == 0 else {
            throw refused("the folder \(folder) cannot be found (\(HTSLibrary.systemReason)); create it first")
        }
        guard status.st_mode & S_IFMT == S_IFDIR else { throw refused("\(folder) is no folder") }
        if let reason = flaw(ofFolder: folder) { throw refused(reason) }
    }

    /// Makes sure that files can be written into a folder, which may have to be created.
    public static func checkFolder(_ path: String) throws(GenomicsError) {
        guard !path.isEmpty else { throw GenomicsError(.cannotWrite, "the name of the output folder is empty") }
        // What is missing is created in the nearest folder that is there.
        var existing = path
        var status = stat()
        while stat(existing, &status) != 0 {
            guard errno == ENOENT else {
                throw GenomicsError(
                    .cannotWrite, "the folder cannot be used: \(HTSLibrary.systemReason)", file: path)
            }
            while existing.count > 1, existing.hasSuffix("/") { existing.removeLast() }
            existing = folder(of: existing)
        }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            let what = status.st_mode & S_IFMT == S_IFREG ? "a file" : kind(of: status)
            throw GenomicsError(
                .cannotWrite,
                existing == path
                    ? "this is \(what), and a folder is needed; name a folder"
                    : "the folder cannot be created, because \(existing) is \(what)", file: path)
        }
        if let reason = flaw(ofFolder: existing) { throw GenomicsError(.cannotWrite, reason, file: path) }
    }

    private static let needed = 1 << 16

    /// Why no file can be written into a folder; nil when one of ``needed`` bytes could be.
    private static func flaw(ofFolder folder: String) -> String? {
        guard access(folder, W_OK | X_OK) == 0 else {
            return
                "the folder \(folder) may not be written (\(HTSLibrary.systemReason)); choose another or change its rights"
        }
        var descriptor = open(folder, unnamedFile | O_RDWR | O_CLOEXEC, 0o600)
        if descriptor < 0, errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL {
            var name = Array((folder + "/.helicase-XXXXXX").utf8CString)
            descriptor = mkstemp(&name)
            if descriptor >= 0 { unlink(name) }
        }
        guard descriptor >= 0 else { return "no file can be created in \(folder): \(HTSLibrary.systemReason)" }
        defer { close(descriptor) }
        let status = posix_fallocate(descriptor, 0, off_t(needed))
        return status == 0
            ? nil
            : "there is no room in \(folder): \(String(cString: strerror(status))); free some or choose another folder"
    }

    private static func kind(of status: stat) -> String {
        switch status.st_mode & S_IFMT {
        case S_IFCHR, S_IFBLK: "a device"
        case S_IFIFO: "a pipe"
        case S_IFSOCK: "a socket"
        default: "no regular file"
        }
    }
}
