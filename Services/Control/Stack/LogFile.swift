import Commands
import Foundation

/// A process's log: only ever appended to, and cut off into older files before it grows large.
enum LogFile {
    /// How many older files are kept: `NAME.log.1` is the newest of them.
    static let kept = 4

    /// Opens a log to append to; only its owner may read it.
    static func open(_ path: String) throws -> FileHandle {
        let descriptor = Foundation.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileError(path, .write, errno: errno) }
        return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    /// What a process that ended complained of: the last line that says so, else the last of all; empty where it said nothing.
    static func complaint(_ path: String) -> String {
        let bytes = (try? Files.read(path))?.suffix(1 << 16) ?? Data()
        return complaint(in: String(decoding: bytes, as: UTF8.self))
    }

    /// What a program's output complains of.
    static func complaint(in text: String) -> String {
        let lines = text.split(separator: "\n").map(String.init)
        let line = lines.last { $0.contains(/FATAL|PANIC|[Ee]rror|Exception|cannot|crashed/) } ?? lines.last
        return line?.trimmingCharacters(in: .whitespaces) ?? ""
    }

    /// Moves what is in a log of more than `limit` bytes into `PATH.1`; returns whether it did.
    ///
    /// The process goes on writing to the file that it has open, so that is copied and emptied, not renamed.
    @discardableResult
    static func rotate(_ path: String, limit: Int) throws -> Bool {
        var status = stat()
        guard stat(path, &status) == 0, status.st_size > limit else { return false }
        let source = Foundation.open(path, O_RDWR | O_CLOEXEC)
        guard source >= 0 else { throw FileError(path, .read, errno: errno) }
        defer { close(source) }
        for number in stride(from: kept - 1, through: 1, by: -1) {
            rename("\(path).\(number)", "\(path).\(number + 1)")
        }
        let target = Foundation.open("\(path).1", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard target >= 0 else { throw FileError("\(path).1", .write, errno: errno) }
        defer { close(target) }
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        // To the very end, which may move meanwhile.
        while true {
            let count = read(source, &buffer, buffer.count)
            guard count >= 0 else { throw FileError(path, .read, errno: errno) }
            if count == 0 { break }
            guard write(target, buffer, count) == count else { throw FileError("\(path).1", .write, errno: errno) }
        }
        guard ftruncate(source, 0) == 0 else { throw FileError(path, .write, errno: errno) }
        return true
    }
}
