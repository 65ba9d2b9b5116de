/// Moves insertions and deletions as far left as the reference allows, so that equal events have one spelling.
///
/// The rule is that of VCF normalisation (Tan, Abecasis, Kang 2015): an event may move over a base that equals the last
/// base of the inserted or deleted sequence.
public enum LeftAlignment {
    /// How many bases a deletion of `range` can move left, at most `limit`.
    public static func shift(deleting range: Range<Int>, in reference: ReferenceWindow, limit: Int) -> Int {
        var shift = 0
        while shift < limit {
            let entering = reference[range.lowerBound - 1 - shift]
            guard entering == reference[range.upperBound - 1 - shift], Nucleotide.isBase(entering) else { break }
            shift += 1
        }
        return shift
    }

    /// How many bases an insertion in front of `position` can move left, at most `limit`.
    ///
    /// The inserted sequence turns with it: after a shift of k its last k bases stand in front.
    public static func shift(
        inserting sequence: some RandomAccessCollection<UInt8>, before position: Int, in reference: ReferenceWindow,
        limit: Int
    ) -> Int {
        let bases = Array(sequence)
        guard !bases.isEmpty else { return 0 }
        var shift = 0
        while shift < limit {
            let entering = reference[position - 1 - shift]
            guard Nucleotide.isBase(entering), entering == bases[bases.count - 1 - shift % bases.count] else { break }
            shift += 1
        }
        return shift
    }

    /// The 0-based end of the stretch in which an event that starts at `start` can slide: the repeat tract it changes.
    ///
    /// `start` is the first deleted base, or the base behind an insertion; the event is left-aligned.
    public static func tractEnd(start: Int, deleting length: Int, in reference: ReferenceWindow) -> Int {
        var end = start + length
        while Nucleotide.isBase(reference[end]), reference[end] == reference[end - length] { end += 1 }
        return end
    }

    /// The same for an insertion in front of `start`.
    public static func tractEnd(
        start: Int, inserting bases: some RandomAccessCollection<UInt8>, in reference: ReferenceWindow
    )
        -> Int
    {
        let bases = Array(bases)
        var end = start
        while Nucleotide.isBase(reference[end]), reference[end] == bases[(end - start) % bases.count] { end += 1 }
        return end
    }

    /// The CIGAR of a read with every insertion and deletion moved left, and `=` and `X` joined to `M`.
    ///
    /// A deletion moves by the reference alone, so that all reads spell it alike; an insertion stops at a base of the
    /// read that differs from the reference. No event leaves the matched stretch in front of it, and one base of that
    /// stretch stays as its anchor. A deletion with an insertion behind it stays where it is. `position` is the 0-based position of the alignment, `base` the read's base of an
    /// index in ASCII.
    public static func align(
        _ cigar: [CigarOperation], position: Int, reference: ReferenceWindow, base: (Int) -> UInt8
    ) -> [CigarOperation] {
        var result: [CigarOperation] = []
        result.reserveCapacity(cigar.count + 4)
        func append(_ kind: CigarOperation.Kind, _ length: Int) {
            if kind == .match, let last = result.last, last.kind == .match {
                result[result.count - 1].length += UInt32(length)
            } else if length > 0 {
                result.append(CigarOperation(kind, UInt32(length)))
            }
        }
        func insert(_ operation: CigarOperation, shiftedBy shift: Int) {
            if shift > 0 { result[result.count - 1].length -= UInt32(shift) }
            result.append(operation)
            append(.match, shift)
        }
        var referencePosition = position
        var readIndex = 0
        for (index, operation) in cigar.enumerated() {
            let length = Int(operation.length)
            var limit = 0
            if let last = result.last, last.kind == .match { limit = Int(last.length) - 1 }
            switch operation.kind {
            case .match, .equal, .difference:
                append(.match, length)
            case .deletion where length > 0 && !NeighbouringEvents.isReplacement(cigar, at: index):
                let range = referencePosition..<(referencePosition + length)
                insert(operation, shiftedBy: shift(deleting: range, in: reference, limit: limit))
            case .insertion where length > 0:
                var shift = 0
                while shift < limit {
                    let entering = base(readIndex - 1 - shift)
                    guard entering == base(readIndex + length - 1 - shift),
                        entering == reference[referencePosition - 1 - shift]
                    else { break }
                    shift += 1
                }
                insert(operation, shiftedBy: shift)
            default:
                append(operation.kind, length)
            }
            if operation.kind.consumesReference { referencePosition += length }
            if operation.kind.consumesRead { readIndex += length }
        }
        return result
    }
}
