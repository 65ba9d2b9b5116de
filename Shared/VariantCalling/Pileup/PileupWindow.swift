import Genomics

/// The reads over a stretch of the reference, laid out on the reference: one row a read, one cell a position.
///
/// - Only primary alignments count that pass the quality checks, are no duplicates and have the MAPQ of the options.
///   Supplementary alignments are left out, as DeepVariant and Clair3 do: they are halves of reads across a structural
///   breakpoint, and their ends carry false differences.
/// - Neighbouring insertions and deletions are one event (``NeighbouringEvents``). Insertions and deletions are
///   left-aligned (``LeftAlignment``).
/// - Where the mates of a fragment overlap, a position counts once: the base of better quality stays. If they disagree,
///   its quality is lowered by the other's, for one of the two reads is wrong; equal qualities leave nothing.
///   What follows a base, such as an insertion, comes from the read whose base stayed. In a repeat tract whose length
///   reads disagree on, the mate that spans it stays.
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
        /// How the read was made.
        var technology: GapCosts.Technology

        /// The cell of a position in ``range``.
        func cell(_ position: Int) -> Int { firstCell + position - range.lowerBound }
    }

    /// An insertion, a deletion, or a replacement of bases by more or fewer of a read.
    ///
    /// The cells of a replacement show the insertion or deletion of the bases that it gains or loses, and the reference
    /// beside it: the bases that are other belong to the event and are no substitutions.
    struct Indel {
        var row: Int
        /// The position in front of the event.
        var anchor: Int
        /// How many bases of the reference the read lacks.
        var deleted: Int
        /// The inserted bases' part of ``PileupWindow/inserted``, as ASCII.
        var inserted: Range<Int>

        /// Bases gained (positive) or lost (negative).
        var change: Int { inserted.count - deleted }
        var isReplacement: Bool { deleted > 0 && !inserted.isEmpty }
    }

    /// Where a realigned read lies.
    struct Placement {
        /// The 0-based first aligned position.
        var position: Int
        var cigar: [CigarOperation]

        var range: Range<Int> {
            position..<(position + max(1, cigar.reduce(0) { $0 + ($1.kind.consumesReference ? Int($1.length) : 0) }))
        }
    }

    let range: Range<Int>
    let reference: ReferenceWindow
    /// Whether insertions beside a difference are written as two (``InterruptedRepeat``): on the mitochondrion.
    let splitsInsertions: Bool
    var rows: [Row] = []
    /// The rows that were realigned.
    var placements: [Int: Placement] = [:]
    /// What reads cost on the haplotypes of active regions.
    var evidence: [RegionEvidence] = []
    /// The cells of all rows, one row after the other.
    var bases: [UInt8] = []
    /// Phred qualities of ``bases``; a deletion has the lower quality of its two neighbours.
    var qualities: [UInt8] = []
    var indels: [Indel] = []
    var inserted: [UInt8] = []

    /// Lays out those records of `indices` that count.
    init(
        range: Range<Int>, reference: ReferenceWindow, records: [BAMRecord], indices: [Int], options: PileupOptions,
        splitsInsertions: Bool = false
    ) {
        self.splitsInsertions = splitsInsertions
        self.range = range
        self.reference = reference
        let chosen = DepthCap.choose(indices, of: records, in: range, maximumDepth: options.maximumDepth)
        rows.reserveCapacity(chosen.count)
        for index in chosen { append(records[index], index: index) }
        var realigner = Realigner(options: options)
        realigner.realign(&self, records: records)
        resolveOverlaps(records)
    }

    /// The inserted bases of an event, empty for a deletion.
    func insertedBases(_ indel: Indel) -> ArraySlice<UInt8> { inserted[indel.inserted] }

    /// Whether a position lies among the bases that a replacement of the row changes.
    func replaces(_ position: Int, in row: Row) -> Bool {
        !row.indels.isEmpty
            && indels[row.indels].contains {
                $0.isReplacement && position > $0.anchor && position <= $0.anchor + $0.deleted
            }
    }
}
