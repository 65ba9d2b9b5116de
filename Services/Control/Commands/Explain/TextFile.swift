import Genomics

/// A small text file, plain or compressed.
enum TextFile {
    /// Its lines, with line feeds between them.
    static func read(_ path: String) throws -> String {
        var lines = try BGZFLines(path: path)
        var text: [UInt8] = []
        while let line = try lines.next() {
            text += line.last == 0x0d ? line.dropLast() : line
            text.append(0x0a)
        }
        return String(decoding: text, as: UTF8.self)
    }
}
