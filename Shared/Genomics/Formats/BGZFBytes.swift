import CHTSlib
import Foundation

/// BGZF in memory: the compressed blocks of a small file as an array of bytes (SAM specification, § 4.1).
enum BGZFBytes {
    /// The empty block that ends a file.
    static let end: [UInt8] = [
        0x1f, 0x8b, 0x08, 0x04, 0, 0, 0, 0, 0, 0xff, 0x06, 0, 0x42, 0x43, 0x02, 0, 0x1b, 0, 0x03, 0, 0, 0, 0, 0, 0, 0,
        0, 0,
    ]
    /// A Kafka value is a few megabytes; anything that inflates to more than this is an attack or an accident.
    static let largestInflated = 512 << 20
    /// As much as htslib itself puts into one block.
    private static let blockPayload = 0xff00

    static func compress(_ bytes: [UInt8], level: Int) throws(GenomicsError) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count / 3 + 1024)
        var block = [UInt8](repeating: 0, count: Int(BGZF_MAX_BLOCK_SIZE))
        for start in stride(from: 0, to: bytes.count, by: blockPayload) {
            var length = block.count
            let status = bytes.withUnsafeBytes { source in
                bgzf_compress(
                    &block, &length, source.baseAddress! + start, min(blockPayload, source.count - start), Int32(level))
            }
            guard status == 0 else { throw GenomicsError(.cannotWrite, "BGZF compression failed (level \(level))") }
            out.append(contentsOf: block[..<length])
        }
        return out + end
    }

    /// Checks each block's CRC and that the end marker, and nothing else, is last.
    static func decompress(_ bytes: [UInt8]) throws(GenomicsError) -> [UInt8] {
        _ = HTSLibrary.isQuiet
        guard bytes.suffix(end.count) == end[...] else {
            throw GenomicsError(.truncated, "the bytes do not end in BGZF's end marker", field: "BGZF")
        }
        // hclose frees the copy.
        guard let copy = malloc(bytes.count) else { throw GenomicsError(.cannotRead, "out of memory") }
        bytes.withUnsafeBytes { copy.copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
        guard let stream = hts_open_memory(copy, bytes.count) else {
            free(copy)
            throw GenomicsError(.cannotRead, "out of memory")
        }
        guard let file = bgzf_hopen(stream, "r") else {
            hclose_abruptly(stream)
            throw GenomicsError(.malformed, "not a BGZF file", field: "BGZF")
        }
        defer { bgzf_close(file) }
        guard bgzf_compression(file) == 2 else { throw GenomicsError(.malformed, "not a BGZF file", field: "BGZF") }
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count * 4)
        while true {
            file.pointee.block_length = 0
            file.pointee.block_offset = 0
            guard bgzf_read_block(file) == 0 else {
                throw GenomicsError(
                    .malformed, "a compressed block is damaged (length or CRC) after \(out.count) bytes", field: "BGZF")
            }
            let count = Int(file.pointee.block_length)
            if count == 0 { return out }
            guard out.count + count <= largestInflated else {
                throw GenomicsError(.unsupported, "inflates to more than \(largestInflated >> 20) MiB", field: "BGZF")
            }
            out.append(contentsOf: UnsafeRawBufferPointer(start: file.pointee.uncompressed_block, count: count))
        }
    }
}
