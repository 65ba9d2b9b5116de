import Foundation

/// A file without a name that holds one input after the other, for readers that take a path.
///
/// It lies in memory where the system has a folder for that. One thread at a time.
final class InputFile {
    /// What opens it; each reader gets a position of its own.
    let path: String
    private let descriptor: Int32

    init() {
        let folder = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : NSTemporaryDirectory()
        var template = Array("\(folder)/helicase-fuzz-XXXXXX".utf8CString)
        descriptor = mkstemp(&template)
        precondition(descriptor >= 0, "no file in \(folder): \(String(cString: strerror(errno)))")
        unlink(template)
        path = "/proc/self/fd/\(descriptor)"
    }

    deinit { close(descriptor) }

    /// Replaces what it holds.
    func hold(_ bytes: [UInt8]) {
        let done = ftruncate(descriptor, 0) == 0 && pwrite(descriptor, bytes, bytes.count, 0) == bytes.count
        precondition(done, "an input cannot be written: \(String(cString: strerror(errno)))")
    }
}

extension InputFile {
    /// The one of this thread.
    static var forThisThread: InputFile { ofThisThread("first") }
    /// Another one, for readers that take two.
    static var secondOfThisThread: InputFile { ofThisThread("second") }

    private static func ofThisThread(_ name: String) -> InputFile {
        let key = "helicase.fuzz.\(name)"
        if let file = Thread.current.threadDictionary[key] as? InputFile { return file }
        let file = InputFile()
        Thread.current.threadDictionary[key] = file
        return file
    }
}
