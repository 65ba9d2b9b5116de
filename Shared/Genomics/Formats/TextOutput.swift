import CHTSlib
import Foundation

/// A text file that is written piece by piece, compressed by bgzip where its name ends in `.gz` or `.bgz`.
///
/// The file appears under its name when ``finish()`` returns (``OutputFile``). Writing blocks.
public final class TextOutput {
    private let path: String
    private let output: OutputFile
    private var file: UnsafeMutablePointer<BGZF>?
    private var buffer: [UInt8] = []

    private static let bufferSize = 1 << 16

    /// Begins a file.
    public init(path: String) throws(GenomicsError) {
        _ = HTSLibrary.isQuiet
        self.path = path
        output = try OutputFile(path: path)
        let isCompressed = path.hasSuffix(".gz") || path.hasSuffix(".bgz")
        errno = 0
        file = bgzf_open(output.draft, isCompressed ? "w" : "wu")
        if file == nil {
            throw GenomicsError(.cannotWrite, "cannot be created: \(HTSLibrary.systemReason)", file: path)
        }
        buffer.reserveCapacity(2 * Self.bufferSize)
    }

    deinit { if let file { bgzf_close(file) } }

    /// Adds text.
    public func write(_ text: String) throws(GenomicsError) { try write(text.utf8) }

    /// Adds bytes.
    public func write(_ bytes: some Sequence<UInt8>) throws(GenomicsError) {
        buffer.append(contentsOf: bytes)
        if buffer.count >= Self.bufferSize { try flush() }
    }

    /// Closes the file and gives it its name.
    public func finish() throws(GenomicsError) {
        try flush()
        guard let file else { return }
        self.file = nil
        errno = 0
        guard bgzf_close(file) == 0 else {
            throw GenomicsError(.cannotWrite, "cannot be completed: \(HTSLibrary.systemReason)", file: path)
        }
        try output.commit()
    }

    private func flush() throws(GenomicsError) {
        guard let file, !buffer.isEmpty else { return }
        errno = 0
        guard bgzf_write(file, buffer, buffer.count) == buffer.count else {
            throw GenomicsError(.cannotWrite, "cannot be written: \(HTSLibrary.systemReason)", file: path)
        }
        buffer.removeAll(keepingCapacity: true)
    }
}
