/// The division of a reference into bins of equal size, the unit in which alignments are gathered and called.
///
/// The size follows from the reference alone, so every process divides alike: about 2,000 bins a genome, so that a batch
/// of unsorted reads does not fall into crumbs, but no bin over 1 Mb, so that one bin's reads fit in memory, and none
/// under 16 kb, so that a small target still keeps several processes busy.
public struct GenomeBins: Sendable, Hashable {
    /// A bin of a contig, or the place of the reads that have none.
    public enum Shard: Sendable, Hashable, Comparable, Codable, CustomStringConvertible {
        /// The bin of an index on the contig of an index.
        case bin(contig: Int, index: Int)
        /// Reads without a position. Every run has this shard, so no run is without shards.
        case unplaced

        /// The contig's index; nil for reads without a position.
        public var contig: Int? {
            if case .bin(let contig, _) = self { contig } else { nil }
        }

        /// `3.17` for bin 17 of contig 3, or `unplaced`.
        public var description: String {
            switch self {
            case .bin(let contig, let index): "\(contig).\(index)"
            case .unplaced: "unplaced"
            }
        }

        /// Reads ``description``; nil for anything else.
        public init?(_ text: String) {
            if text == "unplaced" {
                self = .unplaced
                return
            }
            let parts = text.split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count == 2, let contig = Int(parts[0]), let index = Int(parts[1]), contig >= 0, index >= 0
            else { return nil }
            self = .bin(contig: contig, index: index)
        }
    }

    /// The bases of a bin, a power of two.
    public let size: Int
    /// The contigs that are divided.
    public let contigs: [Contig]

    /// The number of each contig's first bin, counted over all contigs, and behind them that of all bins.
    private let firstBins: [Int]

    /// How far outside its bin a read may lie and still be needed in it: the pileup window, the longest indel that is
    /// called, and the clipping by which duplicates of one fragment differ.
    public static let margin = 512

    /// Divides a reference.
    public init(contigs: [Contig]) {
        self.contigs = contigs
        let bases = contigs.reduce(0) { $0 + $1.length }
        var size = 1 << 14
        while size < 1 << 20, bases / size > 2048 { size <<= 1 }
        self.size = size
        firstBins = contigs.reduce(into: [0]) { $0.append($0[$0.count - 1] + ($1.length + size - 1) / size) }
    }

    /// The lane of a shard, of so many that a run is divided into: neighbors are in different ones, so that a narrow target
    /// and a sorted file keep all of them busy.
    public func lane(of shard: Shard, among lanes: Int) -> Int {
        precondition(lanes > 0, "a run has a lane")
        switch shard {
        case .bin(let contig, let index) where contig < contigs.count: return (firstBins[contig] + index) % lanes
        default: return firstBins[contigs.count] % lanes
        }
    }

    /// The shards that count or need an alignment: those of ``shards(of:)``, and of a secondary alignment, which only counts, its home.
    public func destinations(of record: BAMRecord) -> [Shard] {
        record.flags.contains(.secondary) ? [home(of: record)] : shards(of: record)
    }

    /// The bases of a bin that exist: its part of the contig, 0-based half-open.
    public func range(contig: Int, index: Int) -> Range<Int> {
        let start = index * size
        return start..<max(start, min(start + size, contigs[contig].length))
    }

    /// The one shard in which a record counts: the bin of its position.
    public func home(of record: BAMRecord) -> Shard {
        guard record.referenceID >= 0, Int(record.referenceID) < contigs.count, record.position >= 0 else {
            return .unplaced
        }
        let contig = Int(record.referenceID)
        return .bin(contig: contig, index: min(Int(record.position), max(0, contigs[contig].length - 1)) / size)
    }

    /// The shards that need an alignment: every bin within ``margin`` of it, clipped ends included.
    public func shards(of record: BAMRecord) -> [Shard] {
        guard record.referenceID >= 0, Int(record.referenceID) < contigs.count, record.position >= 0 else {
            return [.unplaced]
        }
        let contig = Int(record.referenceID)
        let aligned = record.referenceRange
        let (left, right) = record.clippedLengths
        let last = max(0, contigs[contig].length - 1)
        let first = max(0, min(aligned.lowerBound - left - Self.margin, last)) / size
        let end = max(0, min(aligned.upperBound - 1 + right + Self.margin, last)) / size
        return (first...end).map { .bin(contig: contig, index: $0) }
    }
}

extension BAMRecord {
    /// The bases clipped, softly or hard, left and right of the alignment.
    public var clippedLengths: (left: Int, right: Int) {
        func clipped(_ operations: some Sequence<CigarOperation>) -> Int {
            var sum = 0
            for operation in operations {
                guard operation.kind == .softClip || operation.kind == .hardClip else { break }
                sum += Int(operation.length)
            }
            return sum
        }
        guard cigarCount > 0 else { return (0, 0) }
        if let long = longCigar { return (clipped(long), clipped(long.reversed())) }
        let indexes = 0..<cigarCount
        return (clipped(indexes.lazy.map { cigar($0) }), clipped(indexes.reversed().lazy.map { cigar($0) }))
    }
}
