import Genomics

/// A change of the reference, as what haplotypes are made of.
///
/// A substitution replaces one base; an insertion has an empty `replaced`; a deletion has no `bases`.
struct AlleleChange: Hashable, Comparable {
    /// The positions of the reference that are replaced; empty, in front of the position, for an insertion.
    var replaced: Range<Int>
    /// What stands in their place, as ASCII.
    var bases: [UInt8]

    /// Bases gained (positive) or lost (negative).
    var change: Int { bases.count - replaced.count }
    var isSubstitution: Bool { bases.count == 1 && replaced.count == 1 }

    /// Whether both can stand on one haplotype: neither replaces what the other replaces, nor do they touch.
    ///
    /// Touching indels would be another allele; a substitution may stand on an indel's anchor.
    func isCompatible(with other: AlleleChange) -> Bool {
        if isSubstitution || other.isSubstitution {
            let (one, two) = isSubstitution ? (self, other) : (other, self)
            return !two.replaced.contains(one.replaced.lowerBound)
        }
        return replaced.upperBound < other.replaced.lowerBound || other.replaced.upperBound < replaced.lowerBound
    }

    static func < (a: AlleleChange, b: AlleleChange) -> Bool {
        if a.replaced.lowerBound != b.replaced.lowerBound { return a.replaced.lowerBound < b.replaced.lowerBound }
        if a.replaced.upperBound != b.replaced.upperBound { return a.replaced.upperBound < b.replaced.upperBound }
        return a.bases.lexicographicallyPrecedes(b.bases)
    }
}

extension AlleleChange {
    /// The change that a minimal left-aligned candidate makes.
    init(_ candidate: Candidate) {
        let (from, to) = (Array(candidate.reference.utf8), Array(candidate.alternate.utf8))
        let anchored = from.count != to.count && from.first == to.first ? 1 : 0
        let start = candidate.position - 1 + anchored
        self.init(replaced: start..<(start + from.count - anchored), bases: Array(to.dropFirst(anchored)))
    }
}
