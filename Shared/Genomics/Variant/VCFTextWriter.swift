import CHTSlib
import Foundation

/// Writes a VCF file whose header and records are text already, such as those of another file or of several samples.
///
/// Compressed by bgzf and indexed; the file appears under its name, with its index, when ``finish()`` returns. Writing blocks.
public final class VCFTextWriter {
    private let path: String
    private let output: OutputFile
    private let suffix: String
    private var file: UnsafeMutablePointer<BGZF>?
    private var buffer: [UInt8] = []

    private static let bufferSize = 1 << 16

    /// Begins a file with the text of a header; `longestContig` chooses between `.tbi` and `.csi`.
    public init(path: String, header: String, longestContig: Int = 0) throws(GenomicsError) {
        _ = HTSLibrary.isQuiet
        self.path = path
        suffix = longestContig > VCFIndex.tabixLimit ? ".csi" : ".tbi"
        output = try OutputFile(path: path)
        errno = 0
        file = bgzf_open(output.draft, "w")
        if file == nil {
            throw GenomicsError(.cannotWrite, "cannot be created: \(HTSLibrary.systemReason)", file: path)
        }
        buffer.reserveCapacity(2 * Self.bufferSize)
        buffer += header.utf8
    }

    deinit { if let file { bgzf_close(file) } }

    /// Appends a record, a line without its end.
    public func write(_ line: String) throws(GenomicsError) {
        buffer += line.utf8
        buffer.append(UInt8(ascii: "\n"))
        if buffer.count >= Self.bufferSize { try flush() }
    }

    /// Closes the file, writes its index and gives both their names.
    public func finish() throws(GenomicsError) {
        try flush()
        guard let file else { return }
        self.file = nil
        errno = 0
        guard bgzf_close(file) == 0 else {
            throw GenomicsError(.cannotWrite, "cannot be completed: \(HTSLibrary.systemReason)", file: path)
        }
        try VCFIndex.commit(output, path: path, suffix: suffix)
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
