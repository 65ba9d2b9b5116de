import CHTSlib
import Foundation

/// The bytes of a file that is written piece by piece through htslib, compressed by bgzip or plain.
///
/// They go into the draft of an ``OutputFile``, which has its name when who writes commits it. Writing blocks.
final class BGZFOutput {
    /// The file that becomes visible.
    let output: OutputFile

    private let path: String
    private var file: UnsafeMutablePointer<BGZF>?
    private var buffer: [UInt8] = []

    private static let bufferSize = 1 << 16

    /// Begins a file; `mode` is htslib's, such as `w`, `wu` or `w1`.
    init(path: String, mode: String) throws(GenomicsError) {
        _ = HTSLibrary.isQuiet
        self.path = path
        output = try OutputFile(path: path)
        errno = 0
        file = bgzf_open(output.draft, mode)
        if file == nil {
            throw GenomicsError(.cannotWrite, "cannot be created: \(HTSLibrary.systemReason)", file: path)
        }
        buffer.reserveCapacity(2 * Self.bufferSize)
    }

    deinit { if let file { bgzf_close(file) } }

    /// Adds bytes.
    func write(_ bytes: some Sequence<UInt8>) throws(GenomicsError) {
        buffer.append(contentsOf: bytes)
        if buffer.count >= Self.bufferSize { try flush() }
    }

    /// Writes what is left and closes the draft; false where that was done before.
    func close() throws(GenomicsError) -> Bool {
        try flush()
        guard let file else { return false }
        self.file = nil
        errno = 0
        guard bgzf_close(file) == 0 else {
            throw GenomicsError(.cannotWrite, "cannot be completed: \(HTSLibrary.systemReason)", file: path)
        }
        return true
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
