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
    /// Decompressed bytes that ``next()`` gave away.
    private var produced: Int64 = 0
    /// Where the last blocks begin: in the file, and in the decompressed bytes.
    private var blocks: [(address: Int64, start: Int64)] = []
    private static let blocksKept = 64

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
        let start = bytesRead
        if bgzf_read_block(file) < 0 {
            isFinished = true
            count = bgzf_salvaged(file)
            if bgzf_rest_is_zeros(file) == 0, !isPadding(from: start) {
                damage = "the compressed data is cut short or damaged; what precedes the damage was read"
            }
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
        if bgzf_compression(file) == 2 {
            if blocks.count == 2 * Self.blocksKept { blocks.removeFirst(Self.blocksKept) }
            blocks.append((file.pointee.block_address, produced))
        }
        produced += Int64(count)
        return UnsafeRawBufferPointer(start: file.pointee.uncompressed_block, count: count)
    }

    /// A place for a reader that has consumed so many decompressed bytes.
    func place(record: Int, offset: Int64) -> ReadPosition.Place {
        let block = blocks.last { $0.start <= offset }
        return ReadPosition.Place(record: record, offset: offset, block: block?.address, blockStart: block?.start)
    }

    /// Goes to a place, or to the beginning of its block; returns the decompressed bytes before the point that was
    /// reached, nil where the file can only be read on from where it is.
    func seek(to place: ReadPosition.Place) -> Int64? {
        guard totalBytes != nil else { return nil }
        let reached: Int64
        switch bgzf_compression(file) {
        case 0:
            // `bgzf_useek` would look for the place in a block that was given away; the upper bits are the file's own.
            guard bgzf_seek(file, place.offset << 16, SEEK_SET) == 0 else { return nil }
            reached = place.offset
        case 2:
            guard let block = place.block, let start = place.blockStart,
                bgzf_seek(file, block << 16, SEEK_SET) == 0
            else { return nil }
            reached = start
        default: return nil
        }
        (produced, blocks, isFinished) = (reached, [], false)
        return reached
    }

    /// Whether a BGZF file holds nothing but its end marker and zeros from where a block should begin.
    private func isPadding(from offset: Int64) -> Bool {
        guard file.pointee.is_compressed != 0, file.pointee.is_gzip == 0, offset > 0, let totalBytes,
            offset < totalBytes, let handle = FileHandle(forReadingAtPath: path)
        else { return false }
        defer { try? handle.close() }
        let marker = BGZFBytes.end
        guard (try? handle.seek(toOffset: UInt64(offset))) != nil,
            let start = try? handle.read(upToCount: marker.count),
            start.elementsEqual(marker) || start.allSatisfy({ $0 == 0 })
        else { return false }
        while let bytes = try? handle.read(upToCount: 1 << 16), !bytes.isEmpty {
            guard bytes.allSatisfy({ $0 == 0 }) else { return false }
        }
        return true
    }
}
