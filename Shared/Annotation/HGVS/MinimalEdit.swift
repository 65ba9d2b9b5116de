import Genomics

/// A change of a contig's bases without those that the old and the new sequence share at their ends.
public struct MinimalEdit: Sendable, Hashable {
    /// The contig's name.
    public var contig: String
    /// What is replaced, 0-based and half-open; empty for an insertion in front of its start.
    public var range: Range<Int>
    /// The bases that were there, upper-case ASCII of the forward strand.
    public var removed: [UInt8]
    /// The bases that are there now.
    public var inserted: [UInt8]

    /// Takes what VCF's columns say; `position` is 1-based.
    ///
    /// Nil for symbolic alleles, other letters than bases, and no change at all.
    public init?(contig: String, position: Int, reference: String, alternate: String) {
        guard let allele = Allele(contig: contig, position: position, reference: reference, alternate: alternate)
        else { return nil }
        self.init(
            contig: contig, range: allele.start..<(allele.start + allele.reference.count), removed: allele.reference,
            inserted: allele.alternate)
    }

    /// Takes what is replaced and by what; shared ends are taken away.
    ///
    /// Where nothing is left, the range is empty and so are both sequences.
    public init(contig: String, range: Range<Int>, removed: [UInt8], inserted: [UInt8]) {
        var (old, new) = (removed[...], inserted[...])
        while let last = old.last, last == new.last {
            old.removeLast()
            new.removeLast()
        }
        while let first = old.first, first == new.first {
            old.removeFirst()
            new.removeFirst()
        }
        self.contig = contig
        let start = range.lowerBound + (removed.count == old.count ? 0 : old.startIndex)
        self.range = start..<(start + old.count)
        self.removed = Array(old)
        self.inserted = Array(new)
    }

    /// Whether nothing changes.
    public var isEmpty: Bool { removed.isEmpty && inserted.isEmpty }

    /// The same change as far towards a contig's end, or its start, as it can be told; only pure insertions and deletions can move.
    ///
    /// The reference is read in pieces that grow with the way, so that a shift costs what it moves.
    public func shifted(towardsEnd: Bool, _ reference: @escaping ReferenceLookup) throws(GenomicsError) -> MinimalEdit {
        let reach = try reach(towardsEnd: towardsEnd, reference)
        return moved(by: towardsEnd ? reach : -reach)
    }

    /// How many bases the change can move towards the contig's end or start.
    func reach(towardsEnd: Bool, _ reference: @escaping ReferenceLookup) throws(GenomicsError) -> Int {
        guard removed.isEmpty != inserted.isEmpty else { return 0 }
        let sequence = removed.isEmpty ? inserted : removed
        var scanner = BaseScanner(contig: contig, isForward: towardsEnd, reference)
        var count = 0
        var place = towardsEnd ? 0 : sequence.count - 1
        while true {
            let base = try scanner.base(at: towardsEnd ? range.upperBound + count : range.lowerBound - 1 - count)
            guard base == sequence[place], Nucleotide.isBase(base) else { return count }
            count += 1
            place += towardsEnd ? 1 : -1
            if place == sequence.count { place = 0 }
            if place < 0 { place = sequence.count - 1 }
        }
    }

    /// The change so many bases on, over bases that allow it: its sequence turns with it.
    func moved(by distance: Int) -> MinimalEdit {
        guard distance != 0 else { return self }
        func turned(_ bases: [UInt8]) -> [UInt8] {
            guard !bases.isEmpty else { return bases }
            let turn = ((distance % bases.count) + bases.count) % bases.count
            return Array(bases[turn...] + bases[..<turn])
        }
        var result = self
        result.range = (range.lowerBound + distance)..<(range.upperBound + distance)
        result.removed = turned(removed)
        result.inserted = turned(inserted)
        return result
    }
}

/// Reads a contig base by base in one direction, in pieces that double.
struct BaseScanner {
    private let contig: String
    private let isForward: Bool
    private let reference: ReferenceLookup
    private var window = ReferenceWindow(start: 0, bases: [])
    private var size = 32

    init(contig: String, isForward: Bool, _ reference: @escaping ReferenceLookup) {
        self.contig = contig
        self.isForward = isForward
        self.reference = reference
    }

    /// The base at a 0-based position; `N` outside the contig.
    mutating func base(at position: Int) throws(GenomicsError) -> UInt8 {
        guard position >= 0 else { return UInt8(ascii: "N") }
        if !window.range.contains(position) {
            let range = isForward ? position..<(position + size) : max(0, position + 1 - size)..<(position + 1)
            window = try reference(contig, range)
            size = min(size * 2, 1 << 16)
        }
        return window[position]
    }
}
