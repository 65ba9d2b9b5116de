/// Finds which alleles of two sets spell the same haplotypes, however they are written.
///
/// The idea is that of vcfeval (Cleary et al. 2015): of all ways to place the alleles on the two haplotypes, or to leave
/// some out, take the pair of ways, one a set, that gives equal haplotypes and keeps the most alleles. Here all ways are
/// tried, so it is meant for a few alleles at a time.
struct HaplotypeMatcher {
    /// An allele on one or on both of the haplotypes.
    struct Item {
        var allele: Allele
        /// 1 or 2.
        var copies: Int
        /// The allele of a record's genotype that it is part of; nil where it stands for itself.
        var tie: Tie?
    }

    /// What binds alleles of one copy: those of one allele of a record stand on one haplotype, those of its other allele on
    /// the other.
    struct Tie: Hashable {
        var record: Int
        /// Whether it is the second allele of the genotype.
        var isSecond: Bool
    }

    /// The most alleles a set.
    static let limit = 8

    let window: ReferenceWindow

    /// Which alleles of the first and of the second set agree; nil when a set is too large to tell.
    func match(_ first: [Item], _ second: [Item]) -> (first: [Bool], second: [Bool])? {
        guard first.count <= Self.limit, second.count <= Self.limit else { return nil }
        let (left, right) = (placements(of: first), placements(of: second))
        var masks = (first: 0, second: 0)
        var best = 0
        // Alleles that cancel each other out agree with nothing, so both masks must hold one.
        for (haplotypes, mask) in left where mask != 0 {
            guard let other = right[haplotypes], other != 0 else { continue }
            let count = mask.nonzeroBitCount + other.nonzeroBitCount
            // The order of a dictionary must not show: the masks settle equal counts.
            if count > best || count == best && (mask, other) > masks { (best, masks) = (count, (mask, other)) }
        }
        return (
            first.indices.map { masks.first >> $0 & 1 == 1 }, second.indices.map { masks.second >> $0 & 1 == 1 }
        )
    }

    /// Two haplotypes without an order.
    struct Pair: Hashable {
        var first: [UInt8]
        var second: [UInt8]

        init(_ a: [UInt8], _ b: [UInt8]) {
            (first, second) = a.lexicographicallyPrecedes(b) ? (a, b) : (b, a)
        }
    }

    /// The haplotypes of each way to place the alleles, with the largest set of alleles (as bits) that gives them.
    private func placements(of items: [Item]) -> [Pair: Int] {
        var result: [Pair: Int] = [:]
        // A bit an allele and haplotype.
        func place(_ index: Int, _ first: Int, _ second: Int) {
            if index < items.count {
                let bit = 1 << index
                place(index + 1, first, second)
                if items[index].copies == 2 {
                    place(index + 1, first | bit, second | bit)
                } else {
                    let tied = items[index].tie.flatMap { tie in
                        items[..<index].indices.first {
                            items[$0].tie?.record == tie.record && (first | second) >> $0 & 1 == 1
                        }
                        .map { (first >> $0 & 1 == 1) == (items[$0].tie == tie) }
                    }
                    if tied != false { place(index + 1, first | bit, second) }
                    // The haplotypes have no order: the first allele on one copy stands on the first.
                    if tied == false || tied == nil && first != second { place(index + 1, first, second | bit) }
                }
                return
            }
            func chosen(_ mask: Int) -> [Allele] {
                items.indices.filter { mask >> $0 & 1 == 1 }.map { items[$0].allele }
            }
            guard let a = Self.haplotype(chosen(first), in: window),
                let b = Self.haplotype(chosen(second), in: window)
            else { return }
            let (pair, mask) = (Pair(a, b), first | second)
            if let known = result[pair], (known.nonzeroBitCount, known) >= (mask.nonzeroBitCount, mask) { return }
            result[pair] = mask
        }
        place(0, 0, 0)
        return result
    }

    /// The window's bases with alleles put in; nil when they overlap or leave the window.
    static func haplotype(_ alleles: [Allele], in window: ReferenceWindow) -> [UInt8]? {
        let edits = alleles.map(\.edit).sorted {
            ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
        }
        var bases: [UInt8] = []
        bases.reserveCapacity(window.bases.count + 64)
        var position = window.range.lowerBound
        var lastInsertion: Int?
        for edit in edits {
            guard edit.range.lowerBound >= position, edit.range.upperBound <= window.range.upperBound else {
                return nil
            }
            if edit.range.isEmpty {
                if lastInsertion == edit.range.lowerBound { return nil }
                lastInsertion = edit.range.lowerBound
            }
            bases += window[position..<edit.range.lowerBound]
            bases += edit.bases
            position = edit.range.upperBound
        }
        return bases + window[position..<window.range.upperBound]
    }
}
