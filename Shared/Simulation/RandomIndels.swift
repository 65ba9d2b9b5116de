import Genomics
import Hashing

/// Insertions and deletions of up to 50 bases at random places, as a genome has them: most of them in repeats.
public enum RandomIndels {
    /// The longest that is made.
    public static let longest = 50

    /// Makes variants about every `spacing` bases, left-aligned, by rising position, none within ten bases of a taken stretch.
    ///
    /// Seven of ten are changes of a homopolymer's or short tandem repeat's number of units, a fifth of these with two different
    /// alleles; the others are deletions anywhere, copies of what stands beside them, or random bases.
    public static func make(
        contig: String, window: ReferenceWindow, spacing: Int, avoiding taken: [Variant], with random: inout SplitMix64
    ) -> [Variant] {
        let tracts = RepeatTracts.find(window.bases, shortestRun: 6, fewestCopies: 4)
            .filter { $0.start > 20 && $0.end + 20 < window.bases.count }
        var blocked = BlockedStretches(taken.map(\.referenceRange))
        var variants: [Variant] = []
        for _ in 0..<(window.bases.count / max(1, spacing)) {
            let isRepeat = random.index(below: 10) < 7 && !tracts.isEmpty
            let tract = isRepeat ? tracts[random.index(below: tracts.count)] : nil
            let place = random.index(below: max(1, window.bases.count - 200)) + 100
            let first = edit(tract, at: place, in: window.bases, with: &random)
            var second: Edit?
            if let tract, random.index(below: 5) == 0 {
                second = edit(tract, at: place, in: window.bases, with: &random)
            }
            guard let first,
                let variant = variant(contig, window, first, first == second ? nil : second, with: &random)
            else { continue }
            let range = variant.referenceRange
            guard
                window.bases[(range.lowerBound - window.start)..<(range.upperBound - window.start)]
                    .allSatisfy(Nucleotide.isBase), blocked.take((range.lowerBound - 10)..<(range.upperBound + 10))
            else { continue }
            variants.append(variant)
        }
        return variants.sorted { $0.position < $1.position }
    }

    /// Bases of the window that go, and what comes in front of them.
    private struct Edit: Equatable {
        var start: Int
        var deleted: Int
        var inserted: [UInt8]
    }

    private static func edit(
        _ tract: RepeatTracts.Tract?, at place: Int, in bases: [UInt8], with random: inout SplitMix64
    ) -> Edit? {
        // Short ones are the most frequent by far: halved again and again, with a tail.
        var units = 1
        while units < longest, random.index(below: 100) < (units < 4 ? 45 : 80) { units += 1 }
        let isDeletion = random.next() & 1 == 1
        if let tract {
            units = min(units, longest / tract.unit)
            if isDeletion { units = min(units, tract.copies - 1) }
            guard units > 0 else { return nil }
            let length = units * tract.unit
            if isDeletion { return Edit(start: tract.start, deleted: length, inserted: []) }
            let unit = bases[tract.start..<(tract.start + tract.unit)]
            return Edit(start: tract.start, deleted: 0, inserted: Array((0..<units).map { _ in unit }.joined()))
        }
        guard place + longest < bases.count else { return nil }
        if isDeletion { return Edit(start: place, deleted: units, inserted: []) }
        let isCopy = random.index(below: 3) > 0
        let inserted =
            isCopy
            ? Array(bases[place..<(place + units)])
            : (0..<units).map { _ in Nucleotide.letters[random.index(below: 4)] }
        return Edit(start: place, deleted: 0, inserted: inserted)
    }

    /// One record of both edits, which are at one place.
    private static func variant(
        _ contig: String, _ window: ReferenceWindow, _ first: Edit, _ second: Edit?, with random: inout SplitMix64
    ) -> Variant? {
        let copies = random.index(below: 5) < 3 ? [0, 1] : [1, 1]
        let anchor = first.start - 1
        func allele(_ edit: Edit, deleted: Int) -> [UInt8] {
            [window.bases[anchor]] + edit.inserted + window.bases[(edit.start + edit.deleted)..<(edit.start + deleted)]
        }
        func text(_ bases: some Sequence<UInt8>) -> String { String(decoding: Array(bases), as: UTF8.self) }
        let deleted = max(first.deleted, second?.deleted ?? 0)
        let reference = text(window.bases[anchor..<(first.start + deleted)])
        var variant = Variant(
            contig: contig, position: window.start + anchor + 1, reference: reference,
            alternates: [text(allele(first, deleted: deleted))],
            genotype: Genotype(random.next() & 1 == 1 ? copies : copies.reversed()))
        if let second {
            variant.alternates.append(text(allele(second, deleted: deleted)))
            variant.genotype = Genotype([1, 2])
            return variant
        }
        guard
            let moved = Allele(
                contig: contig, position: variant.position, reference: reference, alternate: variant.alternates[0])?
                .leftAligned(in: window)
        else { return nil }
        variant.position = moved.start + 1
        (variant.reference, variant.alternates) = (text(moved.reference), [text(moved.alternate)])
        return variant
    }
}

/// Stretches that nothing else may touch.
struct BlockedStretches {
    // By rising start, disjoint.
    private var ranges: [Range<Int>]

    init(_ taken: [Range<Int>]) {
        ranges = taken.sorted { $0.lowerBound < $1.lowerBound }.reduce(into: []) { merged, range in
            if let last = merged.last, range.lowerBound <= last.upperBound {
                merged[merged.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
    }

    /// Takes a stretch unless it touches one that is taken.
    mutating func take(_ range: Range<Int>) -> Bool {
        var (low, high) = (0, ranges.count)
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound < range.lowerBound { low = middle + 1 } else { high = middle }
        }
        if low < ranges.count, ranges[low].lowerBound <= range.upperBound { return false }
        ranges.insert(range, at: low)
        return true
    }
}
