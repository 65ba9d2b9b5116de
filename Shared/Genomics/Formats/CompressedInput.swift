import CHTSlib
import Foundation

/// The decompressed bytes of a plain, gzip or BGZF file, block by block.
///
/// Damage ends the stream as its end does, after every byte that could still be inflated; ``damage`` tells them apart.
/// One thread at a time; ``next()`` reads from disk.
final class CompressedInput {
    /// The path, or `-` for standard input.
    let path: String
    /// The size of the file, unless it is a pipe.
    let totalBytes: Int64?
    /// Why the stream ended before its format says it may.
    private(set) var damage: String?

    private let file: UnsafeMutablePointer<BGZF>
    private var isFinished = false

    init(path: String) throws(GenomicsError) {
        _ = HTSLibrary.isQuiet
        errno = 0
        guard let file = bgzf_open(path, "r") else {
            throw GenomicsError(.cannotRead, "cannot be opened: \(HTSLibrary.systemReason)", file: path)
        }
        self.path = path
        self.file = file
        totalBytes = Self.size(of: path)
    }

    deinit { bgzf_close(file) }

    /// The size of a regular file.
    static func size(of path: String) -> Int64? {
        var status = stat()
        guard path != "-", stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return Int64(status.st_size)
    }

    /// The bytes of the file itself that have been read.
    var bytesRead: Int64 { Int64(htell(file.pointee.fp)) }

    /// The next block, valid until the next call and as long as this object lives; nil at the end.
    func next() -> UnsafeRawBufferPointer? {
        if isFinished { return nil }
        file.pointee.block_length = 0
        file.pointee.block_offset = 0
        var count = 0
        if bgzf_read_block(file) < 0 {
            isFinished = true
            damage = "the compressed data is cut short or damaged; what precedes the damage was read"
            count = bgzf_salvaged(file)
        } else {
            count = Int(file.pointee.block_length)
            if count == 0, bgzf_lacks_end(file) != 0 {
                damage = "the file lacks BGZF's end marker; it is probably cut short"
            }
        }
        if count == 0 {
            isFinished = true
            return nil
        }
        return UnsafeRawBufferPointer(start: file.pointee.uncompressed_block, count: count)
    }
}
