import Genomics
import Hashing

/// A person's variants as another draw of them: a network that sees every place in several draws cannot learn places by heart.
enum RedrawnVariants {
    /// Leaves out one variant of four, and gives one a genotype of its own.
    ///
    /// That is one copy where there were two, two where there was one. All
    /// together exchange their haplotypes by chance, so that neighbours stay on one.
    static func make(_ variants: [Variant], with random: inout SplitMix64) -> [Variant] {
        let isExchanged = random.next() & 1 == 1
        return variants.compactMap { variant in
            let draw = random.index(below: 4)
            if draw == 0 { return nil }
            guard let genotype = variant.genotype else { return variant }
            var alleles = genotype.alleles
            guard alleles.count == 2 else { return variant }
            if draw == 1, alleles.contains(0) || alleles[0] == alleles[1] {
                let alternate = alleles.compactMap { $0 }.max() ?? 0
                alleles = alleles.contains(0) ? [alternate, alternate] : [0, alternate]
            }
            var redrawn = variant
            redrawn.genotype = Genotype(isExchanged ? alleles.reversed() : alleles, isPhased: genotype.isPhased)
            return redrawn
        }
    }
}
