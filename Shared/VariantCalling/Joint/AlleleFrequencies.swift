/// The frequencies of a site's alleles in the population that the samples are from.
///
/// Expectation and maximisation under Hardy and Weinberg's law (Li 2011, Bioinformatics 27:2987, § 2.3, there for two
/// alleles): with frequencies f, genotype (a, b) of sample i has the posterior P_i(a, b) ∝ L_i(a, b) · f_a f_b · (2 where a ≠ b),
/// and the new f_a is α_a plus the expected copies of a, over the sum of all. The pseudo-counts α are the heterozygosities
/// 0.001 of an exchange and 0.000125 of an insertion or deletion (GATK's defaults), and 0.1 of REF: an allele for which no
/// sample speaks becomes rare, while of one sample alone its own reads decide.
struct AlleleFrequencies: Equatable {
    /// By allele, REF first; they add up to one.
    private(set) var values: [Double]

    private static let rounds = 200
    private static let precision = 1e-7

    /// Estimates frequencies from samples that are not related.
    init(_ samples: [SampleEvidence], alleles: SiteAlleles) {
        let pseudo =
            [0.1]
            + alleles.alternates.map {
                $0 == "*" || $0.count == alleles.reference.count ? 0.001 : 0.000125
            }
        values = [0.5] + alleles.alternates.map { _ in 0.5 / Double(alleles.alternates.count) }
        let informative = samples.filter { $0.ploidy > 0 && $0.isInformative }
        for _ in 0..<Self.rounds {
            var counts = pseudo
            for sample in informative {
                let posterior = posterior(of: sample)
                Genotypes.each(alleles.count, ploidy: sample.ploidy) { index, low, high in
                    counts[low] += posterior[index]
                    if sample.ploidy == 2 { counts[high] += posterior[index] }
                }
            }
            let sum = counts.reduce(0, +)
            let next = counts.map { $0 / sum }
            let change = zip(next, values).map { abs($0 - $1) }.max() ?? 0
            values = next
            if change < Self.precision { break }
        }
    }

    /// The chance of each genotype by Hardy and Weinberg's law.
    func prior(ploidy: Int) -> [Double] {
        var prior: [Double] = []
        Genotypes.each(values.count, ploidy: ploidy) { _, low, high in
            prior.append(
                ploidy == 1 ? values[low] : values[low] * values[high] * (low == high ? 1 : 2))
        }
        return prior
    }

    /// The posterior of a sample's genotypes, which add up to one; the prior where nothing is known.
    func posterior(of sample: SampleEvidence) -> [Double] {
        let prior = prior(ploidy: sample.ploidy)
        let weights = sample.likelihoods.isEmpty ? prior : zip(prior, sample.likelihoods).map(*)
        let sum = weights.reduce(0, +)
        return sum > 0 ? weights.map { $0 / sum } : prior
    }
}

/// The genotypes of a number of alleles in VCF's order.
enum Genotypes {
    /// Calls `body` with each genotype's index and alleles; a haploid one has its allele twice.
    static func each(_ alleles: Int, ploidy: Int, _ body: (Int, Int, Int) -> Void) {
        var index = 0
        for high in 0..<alleles {
            for low in (ploidy == 1 ? high : 0)...high where ploidy > 0 {
                body(index, low, high)
                index += 1
            }
        }
    }

    /// The alleles of each genotype.
    static func list(_ alleles: Int, ploidy: Int) -> [(low: Int, high: Int)] {
        var list: [(low: Int, high: Int)] = []
        each(alleles, ploidy: ploidy) { _, low, high in list.append((low, high)) }
        return list
    }
}
