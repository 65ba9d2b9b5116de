/// What one record says of a locus.
struct LocusObservation: Equatable {
    /// For each copy the spelling; nil for one that no definition knows.
    var alleles: [Int?]
    var bases: [String]
    var phaseSet: String?
    var source: LocusCall.Source
    var quality: Double?
    var depth: Int?
    /// What the copies carry that touches the locus; of a genotype of the reference what its record asked for and did not find.
    var edits: Set<SequenceEdit> = []
    /// A copy is `*`: deleted by what another record has.
    var isDeletedElsewhere = false

    var isReference: Bool { alleles.allSatisfy { $0 == 0 } }

    /// One genotype of two records of a place: the same twice, or each with an alternate of its own; nil where they contradict each other.
    func joined(_ other: LocusObservation) -> LocusObservation? {
        if isSameGenotype(as: other) {
            var joined = self
            if phaseSet != other.phaseSet || alleles != other.alleles { joined.phaseSet = nil }
            joined.quality = [quality, other.quality].compactMap { $0 }.min()
            joined.depth = [depth, other.depth].compactMap { $0 }.min()
            return joined
        }
        guard alleles.count == 2, other.alleles.count == 2 else { return nil }
        let first = alleles.indices.filter { alleles[$0] != 0 }
        let second = other.alleles.indices.filter { other.alleles[$0] != 0 }
        guard first.count == 1, second.count == 1 else { return nil }
        // One alternate of both, and genotypes that differ: the records contradict each other.
        if !edits.isDisjoint(with: other.edits) || bases[first[0]] == other.bases[second[0]] { return nil }
        let isOrdered = phaseSet != nil && phaseSet == other.phaseSet
        if isOrdered, first == second { return nil }
        var joined = self
        joined.phaseSet = isOrdered ? phaseSet : nil
        let free = 1 - first[0]
        joined.alleles[free] = other.alleles[second[0]]
        joined.bases[free] = other.bases[second[0]]
        joined.quality = [quality, other.quality].compactMap { $0 }.min()
        joined.depth = [depth, other.depth].compactMap { $0 }.min()
        joined.edits.formUnion(other.edits)
        return joined
    }

    /// Whether both say the same of the two copies, in whatever order where the phase is not known.
    private func isSameGenotype(as other: LocusObservation) -> Bool {
        if alleles == other.alleles, bases == other.bases { return true }
        if phaseSet != nil, phaseSet == other.phaseSet { return false }
        return alleles.count == other.alleles.count && bases.sorted() == other.bases.sorted()
            && alleles.map { $0 ?? -1 }.sorted() == other.alleles.map { $0 ?? -1 }.sorted()
    }
}
