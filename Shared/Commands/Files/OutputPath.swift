import Foundation

/// Where a command's result goes: looked at before work begins, so that no work is lost on a place that cannot take it.
public enum OutputPath {
    /// Throws unless a file can be written there; one that is there is replaced only with `force`.
    public static func checkFile(_ path: String, option: String = "--output", force: Bool) throws {
        guard !path.isEmpty else { throw refusal(option, "a file's name is missing") }
        var status = stat()
        if stat(path, &status) == 0 {
            switch status.st_mode & S_IFMT {
            case S_IFREG: break
            case S_IFDIR: throw refusal(option, "\(path) is a folder: name a file in it")
            default: throw refusal(option, "\(path) is no regular file (a device, a pipe or a socket): name a file")
            }
            guard force else { throw refusal(option, "\(path) is there already: name another file, or add --force") }
            guard access(path, W_OK) == 0 else { throw FileError(path, .write, errno: errno) }
        }
        try checkParent(Files.folder(of: path), option)
    }

    /// Throws unless files can be written into this folder, which may be made by the command.
    public static func checkFolder(_ path: String, option: String = "--output") throws {
        guard !path.isEmpty else { throw refusal(option, "a folder's name is missing") }
        var status = stat()
        guard stat(path, &status) == 0 else {
            guard errno == ENOENT else { throw FileError(path, .create, errno: errno) }
            // It will be made, in the first of the folders above it that is there.
            return try checkFolder(Files.folder(of: path), option: option)
        }
        guard status.st_mode & S_IFMT == S_IFDIR else { throw refusal(option, "\(path) is no folder") }
        guard access(path, W_OK | X_OK) == 0 else { throw FileError(path, .write, errno: errno) }
    }

    /// Throws where one of these files is in the folder already, unless `force` says to replace them.
    public static func checkNew(_ names: [String], in folder: String, option: String = "--output", force: Bool) throws {
        for name in names where !force && FileManager.default.fileExists(atPath: "\(folder)/\(name)") {
            throw refusal(option, "\(folder)/\(name) is there already: name another folder, or add --force")
        }
    }

    private static func checkParent(_ folder: String, _ option: String) throws {
        var status = stat()
        guard stat(folder, &status) == 0 else {
            guard errno == ENOENT else { throw FileError(folder, .write, errno: errno) }
            throw refusal(option, "the folder \(folder) is not there: create it first (mkdir -p \(folder))")
        }
        guard status.st_mode & S_IFMT == S_IFDIR else { throw refusal(option, "\(folder) is no folder") }
        guard access(folder, W_OK | X_OK) == 0 else { throw FileError(folder, .write, errno: errno) }
    }

    private static func refusal(_ option: String, _ reason: String) -> StartError {
        StartError(.usage, "\(option): \(reason)")
    }
}
