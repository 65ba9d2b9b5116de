import Foundation

/// A file or folder that cannot be used, as a sentence: the path, what the system says, and what to do.
public struct FileError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was tried.
    public enum Action: String, Sendable, Hashable {
        /// The contents were asked for.
        case read
        /// Contents were to be stored.
        case write = "written"
        /// A folder was to be made.
        case create = "created"
        /// A file or folder was to be removed.
        case remove = "removed"
        /// A program was to be started.
        case start = "started"
    }

    /// The file or folder.
    public var path: String
    /// What was tried.
    public var action: Action
    /// The system's number of the trouble, 0 where it gave none.
    public var number: Int32
    private var reason: String

    /// Makes an error of the system's number.
    public init(_ path: String, _ action: Action, errno number: Int32) {
        self.init(path, action, number: number, reason: String(cString: strerror(number)))
    }

    init(_ path: String, _ action: Action, number: Int32, reason: String) {
        self.path = path
        self.action = action
        self.number = number
        self.reason = reason
    }

    /// `out/m cannot be written: No such file or directory; create the folder out first`.
    public var description: String {
        let remedy = remedy.map { "; \($0)" } ?? ""
        return "\(path.isEmpty ? "a file" : path) cannot be \(action.rawValue): \(reason)\(remedy)"
    }

    private var remedy: String? {
        switch number {
        case ENOENT where action == .write && !Files.isFolder(Files.folder(of: path)):
            return "create the folder \(Files.folder(of: path)) first"
        case ENOENT where action == .create: return "choose another place"
        case ENOENT: return "check the path"
        case EACCES, EPERM: return "give this user the right to, or choose another place"
        case ENOSPC, EDQUOT: return "free some space there, or choose another place (TMPDIR for what is scratch)"
        case EROFS: return "choose a place that can be written"
        case EISDIR: return "it is a folder: name a file"
        case ENOTDIR: return "a part of the path is a file: name a folder"
        case EEXIST: return "choose another name"
        case EMFILE, ENFILE: return "allow more open files (ulimit -n)"
        case EIO: return "the disk may be damaged: see the system's log"
        default: return nil
        }
    }
}
