import Genomics

/// What one allele looks like in a read, and how each read of a pileup stands to it.
struct AlleleSite {
    /// How a read stands to the allele.
    enum Support {
        /// The read shows nothing at the site.
        case absent
        case alternate
        case reference
        /// The read shows a third allele.
        case other
        /// The read covers the site but cannot tell: its base is of low quality, or it ends inside the repeat tract.
        case uninformative
    }

    enum Change {
        /// From one base to another, both 0 to 3.
        case substitution(from: UInt8, to: UInt8)
        case deletion(length: Int)
        case insertion([UInt8])
        /// Bases that others replace, more or fewer.
        case replacement(deleted: Int, inserted: [UInt8])
    }

    /// The bases of a run in which a sequencer loses count.
    private static let longRun = 5
    /// The least quality of the bases beside it, where the count of its bases is believed.
    private static let leastBorderQuality: UInt8 = 10

    let change: Change
    /// The changed base of a substitution; the base in front of an insertion, deletion or replacement.
    let anchor: Int
    /// What a picture of the site centres on: the changed base, the first deleted base, the base before an insertion; a
    /// replacement is pictured as the deletion or insertion of the bases that it loses or gains.
    let centre: Int
    /// The stretch in which an insertion or deletion could be placed as well; the bases that are replaced; the homopolymer
    /// at a substitution.
    let tract: Range<Int>

    /// Nil when the alleles are not those of a minimal left-aligned substitution, insertion, deletion or replacement of known
    /// bases.
    init?(
        position: Int, reference allele: some Collection<UInt8>, alternate: some Collection<UInt8>,
        window: ReferenceWindow
    ) {
        let (from, to) = (Array(allele), Array(alternate))
        guard !from.isEmpty, !to.isEmpty, (from + to).allSatisfy(Nucleotide.isBase) else { return nil }
        if from.count != to.count, from.first != to.first, from.last != to.last {
            anchor = position - 2
            change = .replacement(deleted: from.count, inserted: to)
            centre = to.count < from.count ? position - 1 : anchor
            tract = (position - 1)..<(position - 1 + from.count)
            return
        }
        anchor = position - 1
        if from.count == 1, to.count == 1, let old = Nucleotide.code(ofASCII: from[0]),
            let new = Nucleotide.code(ofASCII: to[0])
        {
            change = .substitution(from: old, to: new)
            centre = anchor
            tract = Self.homopolymer(at: anchor, in: window)
        } else if to.count == 1, from[0] == to[0] {
            change = .deletion(length: from.count - 1)
            centre = anchor + 1
            tract = centre..<LeftAlignment.tractEnd(start: centre, deleting: from.count - 1, in: window)
        } else if from.count == 1, from[0] == to[0] {
            let bases = Array(to.dropFirst())
            change = .insertion(bases)
            centre = anchor
            tract = (anchor + 1)..<LeftAlignment.tractEnd(start: anchor + 1, inserting: bases, in: window)
        } else {
            return nil
        }
    }

    /// How a row of the pileup stands to the allele.
    func support(of row: PileupWindow.Row, in window: PileupWindow, minimumBaseQuality: UInt8) -> Support {
        guard row.range.contains(anchor) else { return .absent }
        let cell = row.cell(anchor)
        let base = window.bases[cell]
        if base == PileupWindow.Cell.absent { return .absent }
        if case .substitution(let from, let to) = change {
            if base == PileupWindow.Cell.deletion { return .other }
            if base == PileupWindow.Cell.unknown || window.qualities[cell] < minimumBaseQuality {
                return .uninformative
            }
            if window.replaces(anchor, in: row) { return .other }
            return base == to ? .alternate : base == from ? .reference : .other
        }
        if base == PileupWindow.Cell.deletion { return .other }
        var showsOther = false
        for indel in window.indels[row.indels] where indel.anchor >= anchor && indel.anchor < tract.upperBound {
            if indel.anchor == anchor, isSame(indel, in: window) { return .alternate }
            showsOther = true
        }
        if showsOther { return .other }
        return spansTract(row, in: window) ? .reference : .uninformative
    }

    private func isSame(_ indel: PileupWindow.Indel, in window: PileupWindow) -> Bool {
        switch change {
        case .substitution: false
        case .deletion(let length): indel.deleted == length && indel.inserted.isEmpty
        case .insertion(let bases): indel.deleted == 0 && window.insertedBases(indel).elementsEqual(bases)
        case .replacement(let deleted, let bases):
            indel.deleted == deleted && window.insertedBases(indel).elementsEqual(bases)
        }
    }

    /// Whether the read has two bases on each side of the tract and agrees with the reference at both of its borders.
    ///
    /// Only then does it tell the tract's length, for an aligner rather writes differences at a read's end than an event.
    /// One difference a border is allowed: it may be a variant of its own.
    private func spansTract(_ row: PileupWindow.Row, in window: PileupWindow) -> Bool {
        guard row.aligned.lowerBound < anchor, row.aligned.upperBound >= tract.upperBound + 2 else { return false }
        return [(anchor - 1)..<(anchor + 2), (tract.upperBound - 1)..<(tract.upperBound + 2)].allSatisfy { border in
            let differences = border.clamped(to: row.range).count { position in
                let base = window.bases[row.cell(position)]
                return base < PileupWindow.Cell.unknown
                    && base != Nucleotide.code(ofASCII: window.reference[position])
            }
            return differences <= 1
        }
    }

    /// Whether a read tells the length of the tract in a mixture: it shows two bases on each side, of sufficient quality.
    ///
    /// Behind a long run of one base a sequencer loses count, and its bases their quality. Of a substitution outside of such runs every read tells.
    func isTold(by row: PileupWindow.Row, in window: PileupWindow) -> Bool {
        if case .substitution = change, tract.count < Self.longRun { return true }
        return [tract.lowerBound - 2, tract.lowerBound - 1, tract.upperBound, tract.upperBound + 1].allSatisfy {
            guard row.range.contains($0) else { return false }
            let cell = row.cell($0)
            return window.bases[cell] <= PileupWindow.Cell.deletion && window.qualities[cell] >= Self.leastBorderQuality
        }
    }

    /// The longest run of one base that holds the position or touches it.
    private static func homopolymer(at position: Int, in window: ReferenceWindow) -> Range<Int> {
        func run(_ position: Int) -> Range<Int> {
            let base = window[position]
            guard Nucleotide.isBase(base) else { return position..<position }
            var (start, end) = (position, position + 1)
            while window[start - 1] == base { start -= 1 }
            while window[end] == base { end += 1 }
            return start..<end
        }
        return [run(position), run(position - 1), run(position + 1)].reduce(position..<(position + 1)) {
            $1.count > $0.count ? $1 : $0
        }
    }
}
