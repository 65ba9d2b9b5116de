/// Joins insertions and deletions of a read that touch each other to one event, so that `2I5D`, `5D2I` and `1I2D1X1I3D` of
/// equal bases are one allele.
///
/// What the joined event puts in place of how many bases is trimmed as VCF alleles are: what is left is a match with
/// differences, an insertion, a deletion, or a replacement of bases by more or fewer, which is written as a deletion with an
/// insertion behind it.
public enum NeighbouringEvents {
    /// Whether a replacement begins with the operation of an index.
    public static func isReplacement(_ cigar: [CigarOperation], at index: Int) -> Bool {
        cigar[index].kind == .deletion && index + 1 < cigar.count && cigar[index + 1].kind == .insertion
    }

    /// The CIGAR with every group of touching insertions and deletions joined; `base` is the read's base of an index.
    public static func join(
        _ cigar: [CigarOperation], position: Int, reference: ReferenceWindow, base: (Int) -> UInt8
    ) -> [CigarOperation] {
        guard hasGroup(cigar, position, reference, base) else { return cigar }
        var result: [CigarOperation] = []
        result.reserveCapacity(cigar.count)
        var (referencePosition, readIndex) = (position, 0)
        var index = 0
        while index < cigar.count {
            var (read, deleted, end) = (0, 0, index)
            if isEvent(cigar[index]) {
                (read, deleted, end) = group(cigar, from: index, referencePosition, readIndex, reference, base)
            }
            if end > index + 1 {
                let bases = (readIndex..<(readIndex + read)).map(base)
                let replaced = Array(reference[referencePosition..<(referencePosition + deleted)])
                if replaced.count == deleted, (bases + replaced).allSatisfy(Nucleotide.isBase) {
                    result += spell(bases[...], instead: replaced[...])
                } else {
                    result += cigar[index..<end]
                }
            } else {
                end = index + 1
                result.append(cigar[index])
                read = cigar[index].kind.consumesRead ? Int(cigar[index].length) : 0
                deleted = cigar[index].kind.consumesReference ? Int(cigar[index].length) : 0
            }
            referencePosition += deleted
            readIndex += read
            index = end
        }
        return result
    }

    /// Whether two events touch; most reads have none that do, and long ones have hundreds that do not.
    private static func hasGroup(
        _ cigar: [CigarOperation], _ position: Int, _ reference: ReferenceWindow, _ base: (Int) -> UInt8
    ) -> Bool {
        var (referencePosition, readIndex) = (position, 0)
        for (index, operation) in cigar.enumerated() {
            let length = Int(operation.length)
            let nextPosition = referencePosition + (operation.kind.consumesReference ? length : 0)
            let nextIndex = readIndex + (operation.kind.consumesRead ? length : 0)
            if isEvent(operation), index + 1 < cigar.count {
                let isNear =
                    switch cigar[index + 1].kind {
                    case .match, .equal, .difference: differs(base(nextIndex), reference[nextPosition])
                    case .insertion, .deletion, .padding: true
                    case .skip, .softClip, .hardClip: false
                    }
                if isNear, group(cigar, from: index, referencePosition, readIndex, reference, base).end > index + 1 {
                    return true
                }
            }
            (referencePosition, readIndex) = (nextPosition, nextIndex)
        }
        return false
    }

    private static func isEvent(_ operation: CigarOperation) -> Bool {
        (operation.kind == .insertion || operation.kind == .deletion) && operation.length > 0
    }

    /// Whether a base is known to be another than the reference's, which is `N` where the window has none.
    private static func differs(_ base: UInt8, _ reference: UInt8) -> Bool {
        base != reference && reference != UInt8(ascii: "N")
    }

    /// How far a group reaches that begins with an event: events, and between two of them matches without an equal base.
    private static func group(
        _ cigar: [CigarOperation], from start: Int, _ position: Int, _ readIndex: Int, _ reference: ReferenceWindow,
        _ base: (Int) -> UInt8
    ) -> (read: Int, deleted: Int, end: Int) {
        var whole = (read: 0, deleted: 0, end: start)
        var (read, deleted) = (0, 0)
        for index in start..<cigar.count {
            let (kind, length) = (cigar[index].kind, Int(cigar[index].length))
            switch kind {
            case .insertion, .deletion, .padding: break
            case .match, .equal, .difference:
                let allDiffer = (0..<length).allSatisfy {
                    differs(base(readIndex + read + $0), reference[position + deleted + $0])
                }
                if !allDiffer { return whole }
            case .skip, .softClip, .hardClip: return whole
            }
            if kind.consumesRead { read += length }
            if kind.consumesReference { deleted += length }
            if isEvent(cigar[index]) { whole = (read, deleted, index + 1) }
        }
        return whole
    }

    /// The operations that put `bases` in place of the bases `replaced`.
    private static func spell(
        _ bases: ArraySlice<UInt8>, instead replaced: ArraySlice<UInt8>
    ) -> [CigarOperation] {
        var (from, to) = (replaced, bases)
        var (head, tail) = (0, 0)
        while let last = from.last, last == to.last {
            from.removeLast()
            to.removeLast()
            tail += 1
        }
        while let first = from.first, first == to.first {
            from.removeFirst()
            to.removeFirst()
            head += 1
        }
        let isMatch = from.count == to.count
        let operations = [
            (CigarOperation.Kind.match, isMatch ? head + from.count + tail : head),
            (.deletion, isMatch ? 0 : from.count),
            (.insertion, isMatch ? 0 : to.count), (.match, isMatch ? 0 : tail),
        ]
        return operations.filter { $0.1 > 0 }.map { CigarOperation($0.0, UInt32($0.1)) }
    }
}
