import Genomics

/// A difference from the reference without the bases that REF and ALT share.
struct SequenceEdit: Hashable {
    /// The 0-based first base that is replaced, or the base behind an insertion.
    var start: Int
    /// How many bases are replaced.
    var deleted: Int
    /// What stands there instead.
    var inserted: [UInt8]

    var range: Range<Int> { start..<(start + deleted) }
    var isInsertion: Bool { deleted == 0 }
    var isExchange: Bool { deleted == inserted.count }

    /// The edits of an alternate: one for each base that differs between sequences of one length, else a single one.
    static func edits(position: Int, reference: String, alternate: String, in window: ReferenceWindow?)
        -> [SequenceEdit]
    {
        var (ref, alt) = (Array(reference.utf8)[...], Array(alternate.utf8)[...])
        let start = position - 1
        if ref.count == alt.count {
            return zip(ref, alt).enumerated().filter { $0.element.0 != $0.element.1 }.map {
                SequenceEdit(start: start + $0.offset, deleted: 1, inserted: [$0.element.1])
            }
        }
        while let a = ref.last, let b = alt.last, a == b {
            ref.removeLast()
            alt.removeLast()
        }
        var prefix = 0
        while let a = ref.first, let b = alt.first, a == b {
            ref.removeFirst()
            alt.removeFirst()
            prefix += 1
        }
        var edit = SequenceEdit(start: start + prefix, deleted: ref.count, inserted: Array(alt))
        if let window { edit.moveLeft(in: window) }
        return [edit]
    }

    /// Moves an insertion or a deletion as far left as the reference allows (Tan 2015).
    private mutating func moveLeft(in window: ReferenceWindow) {
        if isInsertion {
            let shift = LeftAlignment.shift(inserting: inserted, before: start, in: window, limit: Self.furthest)
            let turn = shift % inserted.count
            inserted = Array(inserted.suffix(turn) + inserted.dropLast(turn))
            start -= shift
        } else if inserted.isEmpty {
            start -= LeftAlignment.shift(deleting: range, in: window, limit: Self.furthest)
        }
    }

    /// Repeats of the genes' loci are shorter.
    static let furthest = 200

    /// Whether it changes bases of a locus, or stands directly behind them as insertions of VCF do behind their POS.
    func touches(_ locus: AlleleLocus) -> Bool {
        let range = locus.range
        if isInsertion { return start > range.lowerBound && start <= range.upperBound }
        let own = locus.isIndel ? (range.lowerBound + 1)..<range.upperBound : range
        return locus.isIndel && own.isEmpty ? false : self.range.overlaps(own)
    }

    /// The bases of a locus with edits; nil where one reaches beyond its borders.
    static func bases(of locus: AlleleLocus, with edits: [SequenceEdit]) -> String? {
        var bases = Array(locus.reference.utf8)
        let origin = locus.range.lowerBound
        for edit in edits.sorted(by: { $0.start > $1.start }) {
            let (start, end) = (edit.start - origin, edit.start + edit.deleted - origin)
            guard start >= 0, end <= bases.count else { return nil }
            bases.replaceSubrange(start..<end, with: edit.inserted)
        }
        return String(decoding: bases, as: UTF8.self)
    }
}
