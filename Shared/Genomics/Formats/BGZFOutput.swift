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

    /// Adds a record's bytes, at the beginning of a block where they fit into no other; gives the virtual offset behind them.
    func write(record bytes: [UInt8]) throws(GenomicsError) -> UInt64 {
        try flush()
        guard let file else { return 0 }
        errno = 0
        guard bgzf_flush_try(file, bytes.count) == 0, bgzf_write(file, bytes, bytes.count) == bytes.count else {
            throw GenomicsError(.cannotWrite, "cannot be written: \(HTSLibrary.systemReason)", file: path)
        }
        return offset
    }

    /// Hands what is buffered to the compressor, and gives the virtual offset behind it; 0 once the draft is closed.
    func flushed() throws(GenomicsError) -> UInt64 {
        try flush()
        return offset
    }

    /// BGZF's virtual offset (SAM specification, § 4.1.1) of what is written next.
    private var offset: UInt64 {
        guard let file else { return 0 }
        return UInt64(file.pointee.block_address) << 16 | UInt64(file.pointee.block_offset & 0xffff)
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
