/// What one record says of a locus.
struct LocusObservation: Equatable {
    /// For each copy the spelling; nil for one that no definition knows.
    var alleles: [Int?]
    var bases: [String]
    var phaseSet: String?
    var source: LocusCall.Source
    var quality: Double?
    var depth: Int?

    var isReference: Bool { alleles.allSatisfy { $0 == 0 } }

    /// One genotype of two records of a place, each with an alternate of its own; nil where they contradict each other.
    func joined(_ other: LocusObservation) -> LocusObservation? {
        guard alleles.count == 2, other.alleles.count == 2 else { return nil }
        let first = alleles.indices.filter { alleles[$0] != 0 }
        let second = other.alleles.indices.filter { other.alleles[$0] != 0 }
        guard first.count == 1, second.count == 1 else { return nil }
        let isOrdered = phaseSet != nil && phaseSet == other.phaseSet
        if isOrdered, first == second { return nil }
        var joined = self
        joined.phaseSet = isOrdered ? phaseSet : nil
        let free = 1 - first[0]
        joined.alleles[free] = other.alleles[second[0]]
        joined.bases[free] = other.bases[second[0]]
        joined.quality = [quality, other.quality].compactMap { $0 }.min()
        joined.depth = [depth, other.depth].compactMap { $0 }.min()
        return joined
    }
}
