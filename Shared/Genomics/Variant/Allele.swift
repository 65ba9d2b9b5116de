/// One alternate allele in a spelling that all callers share: minimal and left-aligned.
public struct Allele: Sendable, Hashable, Comparable {
    /// The contig's name.
    public var contig: String
    /// The 0-based position of the first reference base.
    public var start: Int
    /// The reference bases as upper-case ASCII, at least one.
    public var reference: [UInt8]
    /// The alternate bases as upper-case ASCII, at least one.
    public var alternate: [UInt8]

    /// Makes an allele of VCF's columns; nil for symbolic, missing and overlapping (`*`) alleles, and for REF itself.
    public init?(contig: String, position: Int, reference: String, alternate: String) {
        self.contig = contig
        start = position - 1
        self.reference = Array(reference.utf8).map { $0 & 0xdf }
        self.alternate = Array(alternate.utf8).map { $0 & 0xdf }
        guard start >= 0, !self.reference.isEmpty, !self.alternate.isEmpty, self.reference != self.alternate,
            alternate.utf8.allSatisfy({ Nucleotide.isBase($0 & 0xdf) || $0 & 0xdf == UInt8(ascii: "N") })
        else { return nil }
    }

    private init(_ contig: String, _ start: Int, _ reference: [UInt8], _ alternate: [UInt8]) {
        self.contig = contig
        self.start = start
        self.reference = reference
        self.alternate = alternate
    }

    /// By contig name, start, REF and ALT.
    public static func < (a: Allele, b: Allele) -> Bool {
        if (a.contig, a.start) != (b.contig, b.start) { return (a.contig, a.start) < (b.contig, b.start) }
        if a.reference != b.reference { return a.reference.lexicographicallyPrecedes(b.reference) }
        return a.alternate.lexicographicallyPrecedes(b.alternate)
    }

    /// Whether one base is exchanged for another.
    public var isSubstitution: Bool { reference.count == 1 && alternate.count == 1 }

    /// The changed reference positions and what replaces them: an insertion's range is empty, the base in front of an
    /// insertion or deletion is not part of it.
    public var edit: (range: Range<Int>, bases: ArraySlice<UInt8>) {
        let anchor = reference.count != alternate.count && reference[0] == alternate[0] ? 1 : 0
        return ((start + anchor)..<(start + reference.count), alternate.dropFirst(anchor))
    }

    /// The allele without bases that REF and ALT share at their ends; one base of each stays.
    public var trimmed: Allele {
        var (from, to) = (reference[...], alternate[...])
        while from.count > 1, to.count > 1, from.last == to.last {
            from.removeLast()
            to.removeLast()
        }
        var shift = 0
        while from.count > 1, to.count > 1, from.first == to.first {
            from.removeFirst()
            to.removeFirst()
            shift += 1
        }
        return Allele(contig, start + shift, Array(from), Array(to))
    }

    /// The trimmed allele moved as far left as the window allows.
    public func leftAligned(in window: ReferenceWindow) -> Allele {
        var minimal = trimmed
        if minimal.reference.count != minimal.alternate.count, minimal.reference.last == minimal.alternate.last,
            window.range.contains(minimal.start - 1)
        {
            // An anchor behind the event; VCF wants it in front.
            let anchor = window[minimal.start - 1]
            minimal = Allele(
                contig, minimal.start - 1, [anchor] + minimal.reference.dropLast(),
                [anchor] + minimal.alternate.dropLast())
        }
        let (range, bases) = minimal.edit
        // Only a pure insertion or deletion can move.
        guard range.isEmpty != bases.isEmpty, range.lowerBound > minimal.start else { return minimal }
        let limit = range.lowerBound - window.start - 1
        guard limit > 0 else { return minimal }
        let shift =
            range.isEmpty
            ? LeftAlignment.shift(inserting: bases, before: range.lowerBound, in: window, limit: limit)
            : LeftAlignment.shift(deleting: range, in: window, limit: limit)
        if shift == 0 { return minimal }
        let anchor = range.lowerBound - shift - 1
        if !range.isEmpty {
            return Allele(contig, anchor, Array(window[anchor..<(anchor + 1 + range.count)]), [window[anchor]])
        }
        let turned = bases.suffix(shift % bases.count) + bases.dropLast(shift % bases.count)
        return Allele(contig, anchor, [window[anchor]], [window[anchor]] + turned)
    }

    /// The minimal, left-aligned allele, moved by at most `reach` bases; what stands on a contig is looked up.
    ///
    /// Throws where REF is not what the reference has there.
    public func normalized(in reference: ReferenceLookup, reach: Int = 10_000) throws(GenomicsError) -> Allele {
        let end = start + self.reference.count
        let window = try reference(contig, max(0, start - 1)..<end)
        for (index, base) in self.reference.enumerated() {
            let expected = window[start + index]
            guard expected == base || !Nucleotide.isBase(expected) && window.range.contains(start + index) else {
                throw GenomicsError(
                    .referenceMismatch,
                    "REF at \(contig):\(start + 1) is not what the reference has there; is it another release?",
                    field: "REF")
            }
        }
        let trimmed = trimmed
        if self.reference.count == alternate.count { return trimmed }
        // Most indels cannot move; only the others need more of the reference.
        let local = trimmed.leftAligned(in: try reference(contig, max(0, trimmed.start - 32)..<end))
        if local.start > trimmed.start - 30 { return local }
        return trimmed.leftAligned(in: try reference(contig, max(0, trimmed.start - reach)..<end))
    }

    /// The single substitutions of a multi-nucleotide exchange; the allele itself otherwise.
    public var atoms: [Allele] {
        guard reference.count == alternate.count, reference.count > 1 else { return [self] }
        return reference.indices.filter { reference[$0] != alternate[$0] }
            .map { Allele(contig, start + $0, [reference[$0]], [alternate[$0]]) }
    }
}
