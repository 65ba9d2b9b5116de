/// A record as it takes part in a comparison: what its genotype puts onto the haplotypes, in each order that may be.
struct ComparedRecord: Sendable {
    /// What replaces a stretch of the reference on one haplotype.
    struct Placement: Sendable, Hashable {
        /// The first replaced position, and the position behind the last.
        var range: Range<Int>
        /// How far to the right the same change can be spelled within the record.
        var slack = 0
        /// The bases for the leftmost spelling, with those of the slack behind them; nil asserts the reference's.
        var bases: [UInt8]?

        /// The bases of the spelling that is moved to the right.
        func bases(shiftedBy shift: Int) -> ArraySlice<UInt8> {
            (bases ?? []).dropFirst(shift).dropLast(slack - shift)
        }
    }

    /// The record's place in the list that it is from.
    var index: Int
    /// The reference positions that its alleles replace; empty for an insertion.
    var range: Range<Int>
    /// What stands on each haplotype, nil where nothing does: one list an order of the genotype.
    var orientations: [[Placement?]]

    /// Why a record takes no part.
    enum Omission: String, Sendable, Codable, CaseIterable {
        /// It has no genotype.
        case noGenotype
        /// Its genotype names no alternate allele, or none that is spelled in bases.
        case noVariant
        /// Its genotype has more or fewer alleles than the samples' ploidy.
        case otherPloidy
        /// An allele is longer than the limit.
        case tooLong
        /// It reaches beyond its contig.
        case outsideContig
    }
}

/// Turns records into what can be compared, by the rules of a comparison.
struct ComparedRecords {
    /// How many alleles a genotype has.
    var ploidy: Int
    /// Whether any genotype of the record's alleles will do, as in a file of sites.
    var takesAnyGenotype: Bool
    /// Whether genotypes count.
    var isGenotypeStrict: Bool
    /// Whether the reference allele of a genotype keeps other records' alleles from its bases.
    var assertsReference: Bool
    /// Whether phased genotypes keep their order.
    var keepsPhase: Bool
    /// The longest allele, in bases.
    var longestAllele: Int

    private typealias Placement = ComparedRecord.Placement

    /// The record in a form that can be compared, or why it takes no part; its REF has been checked.
    func record(_ variant: Variant, index: Int) -> Result<ComparedRecord, Refusal> {
        var genotypes: [[Int?]] = []
        let alternates = variant.alternates.indices.map { $0 + 1 }.filter { isSpelled($0, of: variant) }
        if takesAnyGenotype {
            guard !alternates.isEmpty else { return .failure(.init(.noVariant)) }
            genotypes =
                isGenotypeStrict ? Self.combinations(of: [0] + alternates, count: ploidy) : alternates.map { [$0] }
        } else {
            guard let genotype = variant.genotype else { return .failure(.init(.noGenotype)) }
            let called = Set(genotype.alleles.compactMap { $0 }.filter { $0 > 0 && isSpelled($0, of: variant) })
            guard !called.isEmpty else { return .failure(.init(.noVariant)) }
            let alleles =
                genotype.alleles.count == 1 ? [Int?](repeating: genotype.alleles[0], count: ploidy) : genotype.alleles
            guard alleles.count == ploidy else { return .failure(.init(.otherPloidy)) }
            if !isGenotypeStrict {
                genotypes = called.sorted().map { [$0] }
            } else {
                genotypes = keepsPhase && genotype.isPhased ? [alleles] : Self.orders(of: alleles)
            }
        }
        let used = Set(genotypes.joined().compactMap { $0 })
        guard variant.reference.utf8.count <= longestAllele,
            used.allSatisfy({ $0 == 0 || variant.alternates[$0 - 1].utf8.count <= longestAllele })
        else { return .failure(.init(.tooLong)) }
        var placements: [Int: Placement] = [:]
        for allele in used { placements[allele] = placement(of: allele, in: variant) }
        let orientations = genotypes.map { $0.map { $0.flatMap { placements[$0] } } }
        let ranges = placements.values.map(\.range)
        let range = (ranges.map(\.lowerBound).min() ?? 0)..<(ranges.map(\.upperBound).max() ?? 0)
        return .success(ComparedRecord(index: index, range: range, orientations: orientations))
    }

    /// An omission as an error.
    struct Refusal: Error {
        var omission: ComparedRecord.Omission

        init(_ omission: ComparedRecord.Omission) { self.omission = omission }
    }

    /// Whether an allele is spelled in bases: not symbolic, not `*`, not a breakend.
    private func isSpelled(_ allele: Int, of variant: Variant) -> Bool {
        let text = variant.alternates[allele - 1].utf8
        return !text.isEmpty && text.allSatisfy { Nucleotide.isBase($0 & 0xdf) || $0 & 0xdf == UInt8(ascii: "N") }
    }

    private func placement(of allele: Int, in variant: Variant) -> Placement? {
        let from = Array(variant.reference.utf8)
        let start = variant.position - 1
        // The base in front of insertions and deletions is no part of them.
        let hasAnchor = (1...max(1, variant.alternates.count)).allSatisfy { index in
            guard index <= variant.alternates.count, isSpelled(index, of: variant) else { return true }
            let text = variant.alternates[index - 1].utf8
            return (text.first ?? 0) & 0xdf == from[0] && (text.count > 1 || from.count > 1)
        }
        if allele == 0 {
            guard assertsReference else { return nil }
            return Placement(range: (start + (hasAnchor ? 1 : 0))..<(start + from.count))
        }
        guard isSpelled(allele, of: variant) else { return nil }
        let to = variant.alternates[allele - 1].utf8.map { $0 & 0xdf }
        if assertsReference {
            let anchor = hasAnchor ? 1 : 0
            return Placement(range: (start + anchor)..<(start + from.count), bases: Array(to.dropFirst(anchor)))
        }
        let shorter = min(from.count, to.count)
        let suffix = zip(from.reversed(), to.reversed()).prefix { $0 == $1 }.count
        let prefix = zip(from, to).prefix { $0 == $1 }.count
        if from == to { return nil }
        if prefix + suffix <= shorter {
            return Placement(
                range: (start + prefix)..<(start + from.count - suffix), bases: Array(to[prefix..<(to.count - suffix)]))
        }
        // An insertion or a deletion in a repeat: the shared bases can stand in front of it or behind.
        let (left, slack) = (shorter - suffix, prefix + suffix - shorter)
        return Placement(
            range: (start + left)..<(start + left + from.count - shorter), slack: slack,
            bases: Array(to[left..<(left + to.count - shorter + slack)]))
    }

    /// The different orders of a list.
    private static func orders(of alleles: [Int?]) -> [[Int?]] {
        guard alleles.count > 1 else { return [alleles] }
        var orders: [[Int?]] = []
        var seen = Set<Int?>()
        for (index, allele) in alleles.enumerated() where seen.insert(allele).inserted {
            var rest = alleles
            rest.remove(at: index)
            orders += Self.orders(of: rest).map { [allele] + $0 }
        }
        return orders
    }

    /// All lists of so many alleles but that of the reference alone.
    private static func combinations(of alleles: [Int], count: Int) -> [[Int?]] {
        var lists: [[Int?]] = [[]]
        for _ in 0..<count { lists = lists.flatMap { list in alleles.map { list + [$0] } } }
        return lists.filter { !$0.allSatisfy { $0 == 0 } }
    }
}
