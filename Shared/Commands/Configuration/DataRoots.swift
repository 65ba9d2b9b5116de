import Foundation

/// The folders below which services open the files that a request names: whoever can write to a topic may name any.
public struct DataRoots: Sendable, Hashable {
    /// The folders, with symbolic links resolved.
    public let folders: [String]
    /// The operator named them, so that they bind everybody.
    public let isExplicit: Bool
    private let closed: [String]

    /// What no request reaches, whatever the roots are.
    private static let system = ["/proc", "/sys", "/dev", "/etc", "/boot", "/run", "/var/run"]

    /// Reads `HELICASE_DATA_ROOTS`: folders, separated by colons.
    ///
    /// Where it is not set, the home folder, the folder in which the process works and those for temporary files. Nothing below the
    /// `state` folder, which holds the database's password, can be reached.
    public init(setting: String?, state: String) {
        let named = (setting ?? "").split(separator: ":").map(String.init)
        isExplicit = !named.isEmpty
        let files = FileManager.default
        let usual = [
            files.homeDirectoryForCurrentUser.path, files.currentDirectoryPath, files.temporaryDirectory.path, "/tmp",
        ]
        folders = (isExplicit ? named : usual.filter { $0 != "/" }).map(Self.resolved)
        closed = Self.system + [Self.resolved(state)]
    }

    /// Why a file is not opened; nil when it may be.
    ///
    /// `isVouched` says that somebody who may write to the database asks for it: then only roots that the operator named
    /// count.
    public func flaw(of path: String, isVouched: Bool) -> String? {
        guard path.hasPrefix("/") else { return "a path begins with a slash" }
        guard path.utf8.count <= 4096, path.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else {
            return "a path has at most 4,096 bytes and no control characters"
        }
        guard !path.contains("://"), !path.contains("##idx##") else { return "only paths of files can be named" }
        let resolved = Self.resolved(path)
        if closed.contains(where: { Self.lies(resolved, below: $0) }) { return "it lies where no request may read" }
        if isVouched, !isExplicit { return nil }
        guard let root = folders.first(where: { Self.lies(resolved, below: $0) }) else {
            return "it lies outside of the folders that requests may name (\(folders.joined(separator: ", "))); "
                + "HELICASE_DATA_ROOTS names them"
        }
        if !isExplicit, resolved.dropFirst(root.count).split(separator: "/").contains(where: { $0.hasPrefix(".") }) {
            return "it is hidden: HELICASE_DATA_ROOTS would have to name its folder"
        }
        return nil
    }

    private static func lies(_ path: String, below folder: String) -> Bool {
        folder == "/" || path == folder || path.hasPrefix(folder + "/")
    }

    /// The path without symbolic links; of what is not there, as far as it is.
    private static func resolved(_ path: String) -> String {
        if let real = realpath(path, nil) {
            defer { free(real) }
            return String(cString: real)
        }
        let url = URL(fileURLWithPath: path).standardizedFileURL
        guard url.path != "/" else { return "/" }
        let parent = resolved(url.deletingLastPathComponent().path)
        return (parent == "/" ? "" : parent) + "/" + url.lastPathComponent
    }
}
