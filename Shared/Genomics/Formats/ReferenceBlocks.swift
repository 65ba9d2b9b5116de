import CHTSlib
import Foundation

/// An open FASTA index and the blocks read last; not thread-safe, so ``ReferenceGenome`` keeps it under a lock.
struct ReferenceBlocks: ~Copyable {
    private static let blockLength = 1 << 16
    private static let capacity = 256  // 16 MB

    private let index: OpaquePointer
    /// The file's own lines, where it is not compressed.
    private let plain: PlainFASTA?
    private let contigs: [Contig]
    private let path: String
    private var blocks: [Key: (bases: [UInt8], lastUse: Int)] = [:]
    private var clock = 0

    private struct Key: Hashable {
        let contig: Int
        let block: Int
    }

    /// Takes ownership of the index.
    init(index: OpaquePointer, plain: PlainFASTA?, contigs: [Contig], path: String) {
        self.index = index
        self.plain = plain
        self.contigs = contigs
        self.path = path
    }

    deinit { fai_destroy(index) }

    mutating func bases(contig: Int, _ range: Range<Int>) throws(GenomicsError) -> [UInt8] {
        guard range.lowerBound >= 0, range.upperBound <= contigs[contig].length else {
            throw GenomicsError(
                .referenceMismatch,
                "bases \(range.lowerBound + 1)-\(range.upperBound) of \(contigs[contig].name) were asked for, which has "
                    + "\(contigs[contig].length)", file: path)
        }
        var out: [UInt8] = []
        out.reserveCapacity(range.count)
        var position = range.lowerBound
        while position < range.upperBound {
            let number = position / Self.blockLength
            let start = number * Self.blockLength
            let end = min(range.upperBound, start + Self.blockLength)
            let block = try block(Key(contig: contig, block: number))
            out.append(contentsOf: block[(position - start)..<(end - start)])
            position = end
        }
        return out
    }

    private mutating func block(_ key: Key) throws(GenomicsError) -> [UInt8] {
        clock += 1
        if let found = blocks[key] {
            blocks[key]?.lastUse = clock
            return found.bases
        }
        let start = key.block * Self.blockLength
        let bases = try fetch(
            contig: key.contig, start..<min(start + Self.blockLength, contigs[key.contig].length))
        if blocks.count == Self.capacity, let oldest = blocks.min(by: { $0.value.lastUse < $1.value.lastUse }) {
            blocks[oldest.key] = nil
        }
        blocks[key] = (bases, clock)
        return bases
    }

    /// Reads from the file, past the cache; the range is inside the contig.
    func fetch(contig: Int, _ range: Range<Int>) throws(GenomicsError) -> [UInt8] {
        try letters(contig: contig, range, Self.reference)
    }

    /// The letters of the file in upper case, whatever they are.
    func upperCase(contig: Int, _ range: Range<Int>) throws(GenomicsError) -> [UInt8] {
        try letters(contig: contig, range, Self.upperCase)
    }

    /// By letter: what it reads as; 0 for what is none, which htslib passes over.
    private static let reference = table { BaseCode.reference(ofASCII: $0) }
    private static let upperCase = table { (97...122).contains($0) ? $0 - 32 : $0 }

    private static func table(_ transform: (UInt8) -> UInt8) -> [UInt8] {
        (0...UInt8.max).map { (0x21...0x7e).contains($0) ? transform($0) : 0 }
    }

    private func letters(
        contig: Int, _ range: Range<Int>, _ table: [UInt8]
    ) throws(GenomicsError) -> [UInt8] {
        if range.isEmpty { return [] }
        if let plain {
            guard let letters = plain.letters(contig: contig, range, table) else { throw unreadable(contig, range) }
            return letters
        }
        var length: hts_pos_t = 0
        let raw = faidx_fetch_seq64(
            index, contigs[contig].name, hts_pos_t(range.lowerBound), hts_pos_t(range.upperBound - 1), &length)
        defer { free(raw) }
        guard let raw, Int(length) == range.count else {
            throw unreadable(contig, range)
        }
        return raw.withMemoryRebound(to: UInt8.self, capacity: range.count) { pointer in
            UnsafeBufferPointer(start: pointer, count: range.count).map { table[Int($0)] }
        }
    }

    private func unreadable(_ contig: Int, _ range: Range<Int>) -> GenomicsError {
        GenomicsError(
            .cannotRead,
            "bases \(range.lowerBound + 1)-\(range.upperBound) of \(contigs[contig].name) cannot be read; "
                + "the file is damaged or its index is of another file", file: path)
    }
}
