import Foundation

/// Files as the commands and services use them: every failure is a ``FileError``, a sentence with the path.
public enum Files {
    /// All bytes of a file; large ones are mapped.
    public static func read(_ path: String) throws -> Data {
        var status = stat()
        guard stat(path, &status) == 0 else { throw FileError(path, .read, errno: errno) }
        if status.st_mode & S_IFMT == S_IFDIR { throw FileError(path, .read, errno: EISDIR) }
        let file = URL(fileURLWithPath: path)
        return try act(path, .read) {
            // Of an empty file (and of those that do not say their size) `Data(contentsOf:)` never frees what it read into.
            if status.st_size == 0 { return try FileHandle(forReadingFrom: file).readToEnd() ?? Data() }
            return try Data(contentsOf: file, options: .mappedIfSafe)
        }
    }

    /// A file's text.
    public static func text(_ path: String) throws -> String {
        guard let text = String(data: try read(path), encoding: .utf8) else {
            throw FileError(path, .read, number: EILSEQ, reason: "it is no UTF-8 text")
        }
        return text
    }

    /// A JSON document; what is wrong in it is said with its place.
    public static func document<Value: Decodable>(
        _ path: String, as type: Value.Type = Value.self, decoder: JSONDecoder = JSONDecoder()
    ) throws -> Value {
        let data = try read(path)
        do {
            return try decoder.decode(type, from: data)
        } catch {
            throw StartError(.configuration, "\(path) is not as it should be: \(ErrorText.sentence(error))")
        }
    }

    /// Writes a file in one step: it is there whole or not at all.
    public static func write(_ bytes: Data, to path: String) throws {
        try act(path, .write) { try bytes.write(to: URL(fileURLWithPath: path), options: .atomic) }
    }

    /// Writes text in one step.
    public static func write(_ text: String, to path: String) throws { try write(Data(text.utf8), to: path) }

    /// Makes a folder and those above it; one that is there stays, a file in its place is said.
    public static func makeFolder(_ path: String) throws {
        var status = stat()
        if stat(path, &status) == 0 {
            guard status.st_mode & S_IFMT == S_IFDIR else {
                throw FileError(path, .create, number: EEXIST, reason: "it is a file and no folder")
            }
            return
        }
        try act(path, .create) {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
    }

    /// The folder that a path's last part lies in, `.` where it has but one.
    public static func folder(of path: String) -> String {
        let trimmed = path.utf8.reversed().drop { $0 == UInt8(ascii: "/") }
        let rest = trimmed.drop { $0 != UInt8(ascii: "/") }.drop { $0 == UInt8(ascii: "/") }
        if rest.isEmpty { return trimmed.contains(UInt8(ascii: "/")) || trimmed.isEmpty ? "/" : "." }
        return String(decoding: Array(rest.reversed()), as: UTF8.self)
    }

    /// Whether there is a folder.
    public static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Runs an act of Foundation's on a path; its error becomes a sentence.
    public static func act<Result>(
        _ path: String, _ action: FileError.Action, _ body: () throws -> Result
    ) throws -> Result {
        do {
            return try body()
        } catch let error where (error as NSError).domain == NSCocoaErrorDomain || error is POSIXError {
            var failure = ErrorText.fileError(error as NSError, path: path)
            failure.action = action
            throw failure
        }
    }
}
