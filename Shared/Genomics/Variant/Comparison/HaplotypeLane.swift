/// One haplotype as truth and calls spell it, as far as both have been read.
///
/// Up to a frontier the bases of both sides are compared and forgotten, but for those that one side is ahead.
struct HaplotypeLane: Sendable, Hashable, Comparable {
    /// How far in the reference the truth's haplotype is spelled.
    private(set) var truthEnd = 0
    /// How far in the reference the calls' haplotype is spelled.
    private(set) var callEnd = 0
    /// The bases that one side has and the other has not spelled yet.
    private(set) var overhang: [UInt8] = []
    /// Whether the overhang is the truth's.
    private(set) var isTruthAhead = false

    private static let chunk = 128

    /// A lane on which both sides stand at a position.
    init(at position: Int) { (truthEnd, callEnd) = (position, position) }

    /// Whether both sides have the same bases up to the same place.
    var isEven: Bool { overhang.isEmpty && truthEnd == callEnd }

    static func < (a: HaplotypeLane, b: HaplotypeLane) -> Bool {
        if a.truthEnd != b.truthEnd { return a.truthEnd < b.truthEnd }
        if a.callEnd != b.callEnd { return a.callEnd < b.callEnd }
        if a.isTruthAhead != b.isTruthAhead { return a.isTruthAhead }
        return a.overhang.lexicographicallyPrecedes(b.overhang)
    }

    /// Spells both sides by the reference up to a position, or to the contig's end; false where they differ.
    mutating func advance(to position: Int, in reference: inout ReferenceBuffer) throws(GenomicsError) -> Bool {
        if isEven {
            if truthEnd < position { (truthEnd, callEnd) = (position, position) }
            return true
        }
        while truthEnd < position || callEnd < position {
            // The side that is behind goes on, so that little is held.
            let isTruth = truthEnd < position && (callEnd >= position || overhang.isEmpty || !isTruthAhead)
            if try !spellReference(to: position, isTruth: isTruth, in: &reference) { return false }
            if isEven, truthEnd < position { (truthEnd, callEnd) = (position, position) }
        }
        return true
    }

    /// Puts a placement onto one side; false where it does not fit, or where the sides differ.
    mutating func place(
        _ placement: ComparedRecord.Placement, isTruth: Bool, in reference: inout ReferenceBuffer
    ) throws(GenomicsError) -> Bool {
        let end = isTruth ? truthEnd : callEnd
        let shift = max(0, end - placement.range.lowerBound)
        guard shift <= placement.slack else { return false }
        let range = (placement.range.lowerBound + shift)..<(placement.range.upperBound + shift)
        while (isTruth ? truthEnd : callEnd) < range.lowerBound {
            guard try spellReference(to: range.lowerBound, isTruth: isTruth, in: &reference) else { return false }
        }
        if placement.bases == nil {
            while (isTruth ? truthEnd : callEnd) < range.upperBound {
                guard try spellReference(to: range.upperBound, isTruth: isTruth, in: &reference) else { return false }
            }
            return true
        }
        guard spell(placement.bases(shiftedBy: shift), isTruth: isTruth) else { return false }
        if isTruth { truthEnd = range.upperBound } else { callEnd = range.upperBound }
        return true
    }

    private mutating func spellReference(
        to position: Int, isTruth: Bool, in reference: inout ReferenceBuffer
    ) throws(GenomicsError) -> Bool {
        let start = isTruth ? truthEnd : callEnd
        let end = min(position, start + Self.chunk)
        let bases = try reference.bases(start..<end)
        // Behind the contig's end there is nothing to spell.
        let reached = bases.count < end - start ? position : end
        if isTruth { truthEnd = reached } else { callEnd = reached }
        return spell(bases, isTruth: isTruth)
    }

    private mutating func spell(_ bases: ArraySlice<UInt8>, isTruth: Bool) -> Bool {
        if overhang.isEmpty || isTruthAhead == isTruth {
            if !bases.isEmpty { isTruthAhead = isTruth }
            overhang += bases
            return true
        }
        let shared = min(overhang.count, bases.count)
        guard overhang.prefix(shared).elementsEqual(bases.prefix(shared)) else { return false }
        if shared < overhang.count {
            overhang.removeFirst(shared)
        } else {
            overhang = Array(bases.dropFirst(shared))
            isTruthAhead = overhang.isEmpty ? false : isTruth
        }
        return true
    }
}
