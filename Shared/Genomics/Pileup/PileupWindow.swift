/// The reads over a stretch of the reference, laid out on the reference: one row a read, one cell a position.
///
/// - Only primary alignments count that pass the quality checks, are no duplicates and have the MAPQ of the options.
///   Supplementary alignments are left out, as DeepVariant and Clair3 do: they are halves of reads across a structural
///   breakpoint, and their ends carry false differences.
/// - Insertions and deletions are left-aligned first (``LeftAlignment``).
/// - Where the mates of a fragment overlap, a position counts once: the base of better quality stays. If they disagree,
///   its quality is lowered by the other's, for one of the two reads is wrong; equal qualities leave nothing.
///   What follows a base, such as an insertion, comes from the read whose base stayed.
/// - Above the depth of the options the fragments with the smallest hashes of their names stay.
///
/// All of it is a function of the set of reads: their order changes nothing.
struct PileupWindow {
    /// What a cell shows: a base 0 to 3 (A, C, G, T), or one of these.
    enum Cell {
        static let deletion: UInt8 = 4
        /// A base that the sequencer could not tell.
        static let unknown: UInt8 = 5
        /// Nothing: an intron, or the mate has the better base.
        static let absent: UInt8 = 6
    }

    /// A read's row.
    struct Row {
        /// The index of the record it was made of.
        var record: Int
        /// The positions that have cells.
        var range: Range<Int>
        /// The index of the first cell.
        var firstCell: Int
        /// The positions of the whole alignment, which may reach beyond the window.
        var aligned: Range<Int>
        /// The row's part of ``indels``, by rising anchor.
        var indels: Range<Int>
        var mappingQuality: UInt8
        var isReverse: Bool
        var isFirstInPair: Bool
        /// Whether bases are soft-clipped before the first and behind the last aligned base.
        var isClippedLeft: Bool
        var isClippedRight: Bool
        var nameHash: UInt64

        /// The cell of a position in ``range``.
        func cell(_ position: Int) -> Int { firstCell + position - range.lowerBound }
    }

    /// An insertion or a deletion of a read.
    struct Indel {
        var row: Int
        /// The position in front of the event.
        var anchor: Int
        /// Bases inserted (positive) or deleted (negative).
        var change: Int
        /// The inserted bases' part of ``inserted``, as ASCII.
        var inserted: Range<Int>
    }

    let range: Range<Int>
    let reference: ReferenceWindow
    private(set) var rows: [Row] = []
    /// The cells of all rows, one row after the other.
    private(set) var bases: [UInt8] = []
    /// Phred qualities of ``bases``; a deletion has the lower quality of its two neighbours.
    private(set) var qualities: [UInt8] = []
    private(set) var indels: [Indel] = []
    private(set) var inserted: [UInt8] = []

    /// Lays out those records of `indices` that count.
    init(
        range: Range<Int>, reference: ReferenceWindow, records: [BAMRecord], indices: [Int], maximumDepth: Int
    ) {
        self.range = range
        self.reference = reference
        let chosen = DepthCap.choose(indices, of: records, in: range, maximumDepth: maximumDepth)
        rows.reserveCapacity(chosen.count)
        for index in chosen { append(records[index], index: index) }
        resolveOverlaps(records)
    }

    /// The inserted bases of an event, empty for a deletion.
    func insertedBases(_ indel: Indel) -> ArraySlice<UInt8> { inserted[indel.inserted] }

    // BAM's nibbles to cells: A, C, G and T are single bits.
    private static let cells: [UInt8] = {
        var table = [UInt8](repeating: Cell.unknown, count: 16)
        for (code, nibble) in [1, 2, 4, 8].enumerated() { table[nibble] = UInt8(code) }
        return table
    }()

    private mutating func append(_ record: BAMRecord, index: Int) {
        var cigar = record.cigar
        if cigar.contains(where: { $0.kind == .insertion || $0.kind == .deletion }) {
            cigar = LeftAlignment.align(cigar, position: Int(record.position), reference: reference) { record.base($0) }
        }
        let aligned = record.referenceRange
        let rowRange = aligned.clamped(to: range)
        let firstCell = bases.count
        let firstIndel = indels.count
        bases.append(contentsOf: repeatElement(Cell.absent, count: rowRange.count))
        qualities.append(contentsOf: repeatElement(0, count: rowRange.count))

        let bytes = record.bytes
        let sequenceOffset = BAMRecord.fixedLength + Int(bytes[8]) + 4 * record.cigarCount
        let qualityOffset = sequenceOffset + (record.sequenceLength + 1) / 2
        // A record without qualities says nothing of them; Q20 lets its bases count.
        func quality(_ index: Int) -> UInt8 {
            let quality = bytes[qualityOffset + index]
            return quality == 255 ? 20 : quality
        }
        var position = aligned.lowerBound
        var readIndex = 0
        for operation in cigar {
            let length = Int(operation.length)
            let covered = (position..<(position + length)).clamped(to: rowRange)
            let first = firstCell + covered.lowerBound - rowRange.lowerBound
            let cells = first..<(first + covered.count)
            switch operation.kind {
            case .match, .equal, .difference:
                var read = readIndex + covered.lowerBound - position
                for cell in cells {
                    let pair = bytes[sequenceOffset + read >> 1]
                    bases[cell] = Self.cells[Int(read & 1 == 0 ? pair >> 4 : pair & 15)]
                    qualities[cell] = quality(read)
                    read += 1
                }
            case .deletion:
                let left = readIndex > 0 ? quality(readIndex - 1) : 0
                let right = readIndex < record.sequenceLength ? quality(readIndex) : left
                for cell in cells {
                    bases[cell] = Cell.deletion
                    qualities[cell] = min(left, right)
                }
                if length > 0, rowRange.contains(position - 1) {
                    indels.append(Indel(row: rows.count, anchor: position - 1, change: -length, inserted: 0..<0))
                }
            case .insertion:
                if length > 0, rowRange.contains(position - 1) {
                    let begin = inserted.count
                    for read in readIndex..<(readIndex + length) { inserted.append(record.base(read)) }
                    let bases = begin..<inserted.count
                    indels.append(Indel(row: rows.count, anchor: position - 1, change: length, inserted: bases))
                }
            case .skip, .softClip, .hardClip, .padding:
                break
            }
            if operation.kind.consumesReference { position += length }
            if operation.kind.consumesRead { readIndex += length }
        }
        rows.append(
            Row(
                record: index, range: rowRange, firstCell: firstCell, aligned: aligned,
                indels: firstIndel..<indels.count, mappingQuality: record.mappingQuality,
                isReverse: record.flags.contains(.reverse), isFirstInPair: record.flags.contains(.firstInPair),
                isClippedLeft: cigar.first.map { $0.kind == .softClip || $0.kind == .hardClip } ?? false,
                isClippedRight: cigar.last.map { $0.kind == .softClip || $0.kind == .hardClip } ?? false,
                nameHash: DepthCap.hash(record.name)))
    }

    /// Leaves one cell a fragment and position.
    private mutating func resolveOverlaps(_ records: [BAMRecord]) {
        // The key makes the first of the pair the first of the two, whatever the order of the records.
        func key(_ row: Row) -> (UInt64, Int, Int) {
            (row.nameHash, row.isFirstInPair ? 0 : 1, row.aligned.lowerBound)
        }
        let order = rows.indices.sorted { key(rows[$0]) < key(rows[$1]) }
        for (first, second) in zip(order, order.dropFirst()) where rows[first].nameHash == rows[second].nameHash {
            let (left, right) = (rows[first], rows[second])
            let shared = left.range.clamped(to: right.range)
            guard !shared.isEmpty, records[left.record].name == records[right.record].name else { continue }
            var (a, b) = (left.cell(shared.lowerBound), right.cell(shared.lowerBound))
            for _ in shared {
                if bases[a] != Cell.absent, bases[b] != Cell.absent {
                    let (winner, loser) = isBetter(b, than: a) ? (b, a) : (a, b)
                    if bases[winner] != bases[loser], bases[loser] != Cell.unknown {
                        qualities[winner] -= qualities[loser]
                        if qualities[winner] == 0 { bases[winner] = Cell.absent }
                    }
                    bases[loser] = Cell.absent
                }
                a += 1
                b += 1
            }
        }
    }

    private func isBetter(_ cell: Int, than other: Int) -> Bool {
        if bases[cell] == Cell.unknown { return false }
        return bases[other] == Cell.unknown || qualities[cell] > qualities[other]
    }
}
