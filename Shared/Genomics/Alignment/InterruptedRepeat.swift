/// Writes an insertion beside a difference as two insertions, where both repeat what stands beside them.
///
/// A molecule with `CCCCTCCCC` where the reference has `CCCTCCC` has a base more on each side of T. An aligner finds one insertion of `CT`
/// and a difference at T cheaper than two insertions, and so makes a substitution of what is a change of two lengths: at 310 of the human
/// mitochondrion in most persons.
public enum InterruptedRepeat {
    /// The CIGAR with such insertions split; `base` is the read's base of an index.
    public static func split(
        _ cigar: [CigarOperation], position: Int, reference: ReferenceWindow, base: (Int) -> UInt8
    ) -> [CigarOperation] {
        var cigar = cigar
        var (referencePosition, readIndex, index) = (position, 0, 0)
        while index < cigar.count {
            let (kind, length) = (cigar[index].kind, Int(cigar[index].length))
            if kind == .insertion, index > 0, index + 1 < cigar.count, cigar[index - 1].kind == .match,
                cigar[index + 1].kind == .match, min(cigar[index - 1].length, cigar[index + 1].length) > 1,
                let (left, shift) = split(length, referencePosition, readIndex, reference, base)
            {
                cigar[index - 1].length -= UInt32(shift)
                cigar[index + 1].length -= UInt32(1 - shift)
                let parts = [
                    CigarOperation(.insertion, UInt32(left)), CigarOperation(.match, 1),
                    CigarOperation(.insertion, UInt32(length - left)),
                ]
                cigar.replaceSubrange(index...index, with: parts)
                referencePosition += 1 - shift
                readIndex += length + 1 - shift
                index += parts.count
                continue
            }
            if kind.consumesReference { referencePosition += length }
            if kind.consumesRead { readIndex += length }
            index += 1
        }
        return cigar
    }

    /// How many bases are inserted in front of the interrupting letter; a shift of 1 where that is in front of the insertion, 0 where behind.
    private static func split(
        _ length: Int, _ position: Int, _ readIndex: Int, _ reference: ReferenceWindow, _ base: (Int) -> UInt8
    ) -> (left: Int, shift: Int)? {
        for shift in [0, 1] {
            let place = position - shift
            let letters = (0...length).map { base(readIndex - shift + $0) }
            let (letter, before, after) = (reference[place], reference[place - 1], reference[place + 1])
            guard Nucleotide.isBase(letter), letter != before, letter != after,
                (shift == 0 ? letters[length] : letters[0]) != letter,
                let left = letters.firstIndex(of: letter), left > 0, left < length,
                letters[..<left].allSatisfy({ $0 == before }), letters[(left + 1)...].allSatisfy({ $0 == after })
            else { continue }
            return (left, shift)
        }
        return nil
    }
}
