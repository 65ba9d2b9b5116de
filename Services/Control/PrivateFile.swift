import Commands
import Foundation

/// Files that only their owner may read from the moment they are there: passwords, patients' file names.
enum PrivateFile {
    /// Writes a file, replacing what was there in one step.
    static func write(_ bytes: some Collection<UInt8>, to path: String) throws {
        let draft = path + ".\(getpid())"
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileError(path, .write, errno: errno) }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            try Files.act(path, .write) {
                try handle.write(contentsOf: Data(bytes))
                try handle.close()
            }
        } catch {
            unlink(draft)
            throw error
        }
        guard rename(draft, path) == 0 else { throw FileError(path, .write, errno: errno) }
    }
}
