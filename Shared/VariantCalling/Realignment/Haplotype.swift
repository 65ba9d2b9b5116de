import Genomics

/// A sequence that a chromosome may have over a region: the reference with alleles put in.
struct Haplotype {
    /// What differs from the reference, by position; none of the reference's own haplotype.
    let alleles: [AlleleChange]
    /// The bases over the region with its flanks, as ASCII.
    private(set) var bases: [UInt8] = []
    /// The position of each base on the reference; of an inserted base that in front of the insertion.
    private(set) var positions: [Int] = []
    /// Whether each base is inserted: it has no place on the reference.
    private(set) var isInserted: [Bool] = []

    /// Puts alleles, sorted and compatible with each other, into a stretch of the reference.
    init(_ alleles: [AlleleChange], over range: Range<Int>, of reference: ReferenceWindow) {
        self.alleles = alleles
        var position = range.lowerBound
        func copy(upTo end: Int) {
            while position < end {
                bases.append(reference[position])
                positions.append(position)
                isInserted.append(false)
                position += 1
            }
        }
        for allele in alleles {
            copy(upTo: allele.replaced.lowerBound)
            // A replacement by another number of bases is a deletion with an insertion, none of whose bases has a place.
            let isExchange = allele.bases.count == allele.replaced.count
            for (offset, base) in allele.bases.enumerated() {
                bases.append(base)
                positions.append(isExchange ? allele.replaced.lowerBound + offset : allele.replaced.lowerBound - 1)
                isInserted.append(!isExchange)
            }
            position = allele.replaced.upperBound
        }
        copy(upTo: range.upperBound)
    }
}
