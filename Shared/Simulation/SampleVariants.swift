import Genomics
import Hashing

/// Brings a sample's variants of a contig into a form of which any stretch gives the same haplotypes.
public enum SampleVariants {
    /// The variants phased, at random where they are not, without alleles that overlap an earlier one of their haplotype.
    ///
    /// Also gives how many alleles were left out for that.
    public static func resolve(
        _ variants: [Variant], with random: inout SplitMix64
    ) -> (variants: [Variant], leftOut: Int) {
        // What a haplotype's last edit took, and where something was inserted last.
        var ends = [0, 0]
        var insertions = [-1, -1]
        var leftOut = 0
        let sorted = variants.enumerated().sorted {
            ($0.element.position, $0.offset) < ($1.element.position, $1.offset)
        }
        let resolved = sorted.compactMap { _, variant -> Variant? in
            guard let genotype = variant.genotype, !genotype.alleles.isEmpty else { return nil }
            let isTurned = !genotype.isPhased && random.next() & 1 == 1
            var alleles: [Int?] = [0, 0]
            for copy in 0..<2 {
                // A haploid call stands on both.
                let side = (isTurned ? 1 - copy : copy) % genotype.alleles.count
                guard let number = genotype.alleles[side], number > 0, number <= variant.alternates.count,
                    let allele = Allele(
                        contig: variant.contig, position: variant.position, reference: variant.reference,
                        alternate: variant.alternates[number - 1])
                else { continue }
                let range = allele.trimmed.edit.range
                guard range.lowerBound >= ends[copy], !(range.isEmpty && range.lowerBound == insertions[copy]) else {
                    leftOut += 1
                    continue
                }
                ends[copy] = range.upperBound
                if range.isEmpty { insertions[copy] = range.lowerBound }
                alleles[copy] = number
            }
            guard alleles != [0, 0] else { return nil }
            var placed = variant
            placed.genotype = Genotype(alleles, isPhased: true)
            return placed
        }
        return (resolved, leftOut)
    }

    /// The variants of another person: half of the sample's, and one of his own in 1000 bases.
    static func stranger(
        contig: String, sample: [Variant], own: [Variant], with random: inout SplitMix64
    ) -> [Variant] {
        var shared = sample.filter { _ in random.next() & 1 == 0 }
        for number in shared.indices { shared[number].genotype?.isPhased = false }
        return resolve(shared + own, with: &random).variants
    }
}
