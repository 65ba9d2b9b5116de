/// What an allele does at the borders of a segment of a transcript: splice sites, start and stop codon, untranslated neighbours.
///
/// The distances and what counts as splice region are those of the Sequence Ontology; where an indel can be written at several places, and at
/// the borders of untranslated regions, the answers are those of `bcftools csq` (Danecek and McCarthy 2017, Bioinformatics 33:2037).
struct SegmentEffect {
    /// Where the change lies.
    enum Place {
        /// It is none.
        case nowhere
        /// Beside the segment.
        case outside
        /// In the segment: its bases tell what it does.
        case inside
        /// Across a border in a way that its bases do not tell.
        case across
    }

    /// What is looked at.
    struct Checks {
        var splice = false
        var start = false
        var stop = false
        /// Whether an intron is in front of and behind the segment, along the forward strand.
        var left = false
        var right = false
        /// Whether untranslated neighbours count before splice sites, and whether unchanged bases are noticed: of coding segments.
        var isCoding = false
    }

    private static let donor = 2
    /// How many bases of an intron at each of its ends count for its splice sites.
    static let intronRegion = 8

    let model: TranscriptModel
    let segment: TranscriptModel.Segment
    /// The number of the coding segment, for its bases.
    let number: Int
    let checks: Checks
    let allele: AlleleSite

    var consequence: Consequence = []
    var place = Place.nowhere
    /// An untranslated neighbour that the change touches.
    var neighbour: Consequence?
    /// The stretch of the segment that is exchanged, and what comes in its place; each has at least one base.
    var replaced = 0..<0
    var bases: [UInt8] = []

    init(
        _ allele: AlleleSite, _ model: TranscriptModel, _ segment: TranscriptModel.Segment, number: Int,
        _ checks: Checks
    ) {
        self.allele = allele
        self.model = model
        self.segment = segment
        self.number = number
        self.checks = checks
        if allele.gain == 0 {
            substitute()
        } else if allele.gain > 0 {
            insert()
        } else {
            delete()
        }
    }

    private var isReverse: Bool { model.transcript.isReverse }

    private mutating func substitute() {
        if allele.isReference { return }
        let (first, last) = (allele.first, allele.last)
        if first < segment.first {
            left(first: first, last: last, touches: last >= segment.first - Self.intronRegion)
        }
        if last > segment.last {
            right(first: first, last: last, touches: first <= segment.last + Self.intronRegion)
        }
        guard last >= segment.first, first <= segment.last else {
            place = .outside
            return
        }
        if first < segment.first + 3 { leftCodon() }
        if last > segment.last - 3 { rightCodon() }
        place = .inside
        replaced = max(first, segment.first)..<(min(last, segment.last) + 1)
        bases = allele.bases(of: replaced)
    }

    private mutating func insert() {
        // The bases on both sides of what is changed.
        let (before, after) = (allele.first - 1, allele.last + 1)
        if before >= segment.last {
            if checks.isCoding, let utr = model.utr(before + 1, before + 1) {
                neighbour = utr
            } else if checks.right {
                if before < segment.last + Self.intronRegion, after > segment.last + Self.donor {
                    add(.spliceRegion, unless: isUnchanged(from: segment.last + 1, count: Self.intronRegion))
                }
                if before < segment.last + Self.donor {
                    addSite(isLeft: false, unless: isUnchanged(from: segment.last + 1, count: Self.donor))
                }
            }
            place = .outside
            return
        }
        if after < segment.first || after == segment.first && !checks.left {
            if checks.isCoding, let utr = model.utr(after - 1, after - 1) {
                neighbour = utr
            } else if checks.left {
                if after > segment.first - Self.intronRegion, before < segment.first - Self.donor {
                    add(
                        .spliceRegion,
                        unless: isUnchanged(from: segment.first - Self.intronRegion, count: Self.intronRegion))
                }
                if after > segment.first - Self.donor {
                    addSite(isLeft: true, unless: isUnchanged(from: segment.first - Self.donor, count: Self.donor))
                }
            }
            place = .outside
            return
        }
        if crossesIntron {
            acrossIntron()
            return
        }
        if before <= segment.first + 2 { leftCodon() }
        if after > segment.last - 2 { rightCodon() }
        place = .inside
        replace()
    }

    /// Whether bases are replaced on both sides of a border to an intron.
    private var crossesIntron: Bool {
        checks.left && allele.first < segment.first && allele.last >= segment.first
            || checks.right && allele.first <= segment.last && allele.last > segment.last
    }

    /// What replaces bases on both sides of a border to an intron: nobody knows where the transcript is spliced then.
    private mutating func acrossIntron() {
        let (first, last) = (allele.first, allele.last)
        if first < segment.first { left(first: first, last: last, touches: true) }
        if last > segment.last { right(first: first, last: last, touches: true) }
        if first < segment.first + 3 { leftCodon() }
        if last > segment.last - 3 { rightCodon() }
        if checks.isCoding { consequence.insert(.codingSequence) }
        place = .across
    }

    private mutating func delete() {
        if checks.start, isStartRestored {
            consequence.insert(.startRetained)
            place = .across
            return
        }
        let isDelins = !allele.bases.isEmpty
        let isWhole = allele.first <= segment.first && allele.last >= segment.last
        if isDelins || isWhole, crossesIntron {
            acrossIntron()
            return
        }
        var last = allele.last
        var first = allele.first - 1
        if first + 1 < segment.first, last >= segment.first, let moved = movedRight() {
            // Written behind the border, the deletion tells what becomes of the protein.
            left(first: first, last: last, touches: true)
            if moved < segment.first + 3 + allele.reference.count { leftCodonOfDeletion() }
            if checks.isCoding, moved + 1 <= segment.last {
                place = .inside
                bases = [model.base(moved + 1, near: number)]
                replaced = segment.first..<(moved + 2)
                return
            }
        }
        var keepsRight = false
        if first + 1 < segment.first {
            left(first: first, last: last, touches: last >= segment.first - Self.intronRegion)
            if last >= segment.first {
                if allele.head + allele.tail == allele.alternate.count {
                    guard allele.tail > 0 else {
                        consequence.insert(.codingSequence)
                        place = .across
                        return
                    }
                    keepsRight = true
                }
                first = segment.first - 1
            }
        }
        if last > segment.last {
            right(
                first: first, last: last, touches: first < segment.last + Self.intronRegion,
                touchesSite: first < segment.last + Self.donor)
            if first < segment.last { last = segment.last }
        }
        guard last >= segment.first, first < segment.last else {
            place = .outside
            return
        }
        if first < segment.first + 2 { leftCodon() }
        if last > segment.last - 3 { rightCodon() }
        place = .inside
        if checks.isCoding {
            if first + 1 < segment.first && last >= segment.first || first + 1 < segment.last && last >= segment.last {
                let gone = last - max(first + 1, segment.first) + 1 - allele.bases.count
                consequence.insert(gone % 3 != 0 ? .frameshift : .inframeDeletion)
                place = .across
                return
            }
            replace(first: first, last: last, keepsRight: keepsRight)
        }
    }

    /// Where a pure deletion across the segment's first base ends when it is written wholly in the segment; nil where it cannot be.
    private func movedRight() -> Int? {
        guard checks.isCoding, allele.bases.isEmpty else { return nil }
        let (first, last) = (allele.first, allele.last)
        let shift = segment.first - first
        for step in 0..<shift where model.base(last + 1 + step, near: number) != model.base(first + step, near: number)
        {
            return nil
        }
        return last + shift
    }

    private mutating func leftCodonOfDeletion() {
        if !isReverse, checks.start { consequence.insert(.startLost) }
        if isReverse, checks.stop { consequence.insert(.stopLost) }
    }

    /// The exchanged stretch of an insertion or deletion with a base beside it, so that neither side is empty.
    private mutating func replace() { replace(first: allele.first - 1, last: allele.last, keepsRight: false) }

    private mutating func replace(first: Int, last: Int, keepsRight: Bool) {
        guard checks.isCoding else { return }
        var lower = first
        var upper = last + 1
        let core = Array(allele.bases)
        if lower >= segment.first {
            bases = [model.base(lower, near: number)] + core
        } else {
            lower = segment.first
            bases = core
            if keepsRight || bases.isEmpty || upper <= lower {
                if upper <= segment.last { bases.append(model.base(upper, near: number)) }
                upper += 1
            }
        }
        replaced = lower..<max(upper, lower)
    }

    // MARK: -

    private mutating func left(first: Int, last: Int, touches: Bool) {
        guard checks.left else { return }
        if checks.isCoding, let utr = model.utr(first, segment.first - 1) {
            neighbour = utr
            return
        }
        if touches, first < segment.first - Self.donor {
            add(.spliceRegion, unless: isUnchanged(from: segment.first - Self.intronRegion, count: Self.intronRegion))
        }
        if last >= segment.first - Self.donor {
            addSite(isLeft: true, unless: isUnchanged(from: segment.first - Self.donor, count: Self.donor))
        }
    }

    private mutating func right(first: Int, last: Int, touches: Bool, touchesSite: Bool? = nil) {
        guard checks.right else { return }
        if checks.isCoding, let utr = model.utr(segment.last + 1, last) {
            neighbour = utr
            return
        }
        if touches, last > segment.last + Self.donor {
            add(.spliceRegion, unless: isUnchanged(from: segment.last + 1, count: Self.intronRegion))
        }
        if touchesSite ?? (first <= segment.last + Self.donor) {
            addSite(isLeft: false, unless: isUnchanged(from: segment.last + 1, count: Self.donor))
        }
    }

    private mutating func add(_ term: Consequence, unless isUnchanged: Bool) {
        consequence.insert(term)
        if isUnchanged { consequence.insert(.synonymous) }
    }

    private mutating func addSite(isLeft: Bool, unless isUnchanged: Bool) {
        guard checks.splice else { return }
        add(isLeft == isReverse ? .spliceDonor : .spliceAcceptor, unless: isUnchanged)
    }

    private mutating func leftCodon() {
        if checks.left { consequence.insert(.spliceRegion) }
        if isReverse {
            if checks.stop { consequence.insert(.stopLost) }
        } else if checks.start {
            consequence.insert(.startLost)
        }
    }

    private mutating func rightCodon() {
        if checks.right { consequence.insert(.spliceRegion) }
        if isReverse {
            if checks.start { consequence.insert(.startLost) }
        } else if checks.stop {
            consequence.insert(.stopLost)
        }
    }

    /// Whether an indel leaves bases at their positions as they were, counted from the left; only coding segments know their bases.
    private func isUnchanged(from start: Int, count: Int) -> Bool {
        guard checks.isCoding, allele.gain != 0 else { return false }
        let alternateEnd = allele.position + allele.alternate.count
        for position in start..<(start + count) {
            let base: UInt8
            if position < allele.position {
                base = model.base(position, near: number)
            } else if position < alternateEnd {
                base = allele.alternate[position - allele.position]
            } else {
                base = model.base(position - allele.gain, near: number)
            }
            if base != model.base(position, near: number) { return false }
        }
        return true
    }

    /// Whether a deletion at the start codon can be written beside it, so that the codon is there as before.
    private var isStartRestored: Bool {
        guard allele.reference.starts(with: allele.alternate) else { return false }
        let deleted = allele.reference[allele.alternate.count...]
        let count = deleted.count
        if isReverse {
            if allele.position + allele.reference.count + 2 <= segment.last { return false }
            return deleted.enumerated().allSatisfy { $1 == model.base(allele.end + 1 + $0, near: number) }
        }
        if allele.position >= segment.first + 3 { return false }
        let start = allele.position + allele.reference.count - 2 * count
        return start >= 0 && deleted.enumerated().allSatisfy { $1 == model.base(start + $0, near: number) }
    }
}

extension AlleleSite {
    /// What a substitution puts at positions of the contig that lie in it.
    func bases(of range: Range<Int>) -> [UInt8] {
        Array(alternate[(range.lowerBound - position)..<(range.upperBound - position)])
    }
}
