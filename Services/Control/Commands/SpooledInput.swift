import Commands
import Foundation

/// A file that is read twice: itself, or what comes out of a pipe, in a file that goes away with its owner.
final class SpooledInput {
    /// The file.
    let path: String
    private let folder: String?

    /// Reads a pipe, or standard input (`-`), to its end; a file stays where it is.
    init(_ input: String) throws {
        var status = stat()
        let isPipe = input == "-" || stat(input, &status) == 0 && status.st_mode & S_IFMT != S_IFREG
        guard isPipe else {
            (path, folder) = (input, nil)
            return
        }
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("helicase-input-\(UUID())").path
        try Files.makeFolder(folder)
        // Its name says what it holds.
        let name = input == "-" ? "input" : URL(fileURLWithPath: input).lastPathComponent
        (path, self.folder) = ("\(folder)/\(name)", folder)
        try Files.write(Data(), to: path)
        let source = try FileHandle(forReadingFrom: URL(fileURLWithPath: input == "-" ? "/dev/stdin" : input))
        let target = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        while let piece = try source.read(upToCount: 1 << 20), !piece.isEmpty { try target.write(contentsOf: piece) }
        try target.close()
    }

    deinit { if let folder { try? FileManager.default.removeItem(atPath: folder) } }
}
