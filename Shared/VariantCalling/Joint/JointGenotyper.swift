import Foundation

/// Calls the genotypes of all samples at one site.
struct JointGenotyper {
    /// What is said of a sample.
    struct Call {
        /// The genotype's index in VCF's order; nil where nothing is known.
        var genotype: Int?
        /// GQ.
        var quality: Int?
        /// The posterior that an allele of this child is new.
        var newAllele: Double?
    }

    /// The site's call.
    struct SiteCall {
        var calls: [Call]
        /// QUAL: Phred of the posterior that nobody has an alternate.
        var quality: Double
    }

    /// The families among the samples.
    let families: [Family]
    /// Who has an allele of the father and of the mother here, by sample.
    typealias Passes = (Int) -> (father: Bool, mother: Bool)

    static let highestQuality = 99

    /// Calls a site; `isKin` says whether the pedigree holds there, as it does not on the mitochondrion.
    func call(_ samples: [SampleEvidence], alleles: SiteAlleles, isKin: Bool, passes: Passes)
        -> SiteCall
    {
        let families = isKin ? families : []
        let children = Set(families.flatMap(\.children))
        let founders = samples.indices.filter { !children.contains($0) }
        let frequencies = AlleleFrequencies(founders.map { samples[$0] }, alleles: alleles)
        let isReference = [true] + alleles.alternates.map { $0 == "*" }
        var calls = samples.map { _ in Call() }
        var logNobody = 0.0
        for place in founders where samples[place].isInformative {
            let posterior = frequencies.posterior(of: samples[place])
            let best = Self.best(posterior, samples[place])
            calls[place] = Call(genotype: best, quality: Self.phred(posterior[best]))
        }
        let related = Set(families.flatMap { [$0.father, $0.mother].compactMap { $0 } })
        for place in founders where !related.contains(place) && samples[place].isInformative {
            logNobody += Self.logReference(
                frequencies.posterior(of: samples[place]), samples[place], isReference)
        }
        let rates = Self.rates(alleles)
        var settled: [Int: Int] = [:]
        for family in families {
            let members = [family.father, family.mother].map { place in
                place.map { FamilyPosterior.Member(evidence: samples[$0], settled: settled[$0]) }
            }
            let posterior = FamilyPosterior(
                parents: members, children: family.children.map { samples[$0] },
                passes: family.children.map(passes),
                frequencies: frequencies, rates: rates, isReference: isReference)
            logNobody += posterior.logNobody
            for (member, place) in ([family.father, family.mother] + family.children).enumerated() {
                guard let place, let genotype = posterior.genotypes[member], samples[place].ploidy > 0
                else { continue }
                if settled[place] == nil {
                    settled[place] = genotype
                    if samples[place].isInformative {
                        calls[place] = Call(
                            genotype: genotype, quality: Self.phred(posterior.confidences[member]))
                    }
                }
                if member >= 2, samples[place].isInformative {
                    calls[place].newAllele = posterior.newAlleles[member - 2]
                }
            }
        }
        return SiteCall(calls: calls, quality: max(0, -10 * logNobody))
    }

    /// How often each allele arises anew.
    private static func rates(_ alleles: SiteAlleles) -> [Double] {
        let alternates = alleles.alternates.map { alternate in
            alternate == "*" || alternate.count != alleles.reference.count
                ? Transmission.indelRate : Transmission.substitutionRate / 3
        }
        return [Transmission.substitutionRate / 3] + alternates
    }

    /// The likeliest genotype; of several the one for which the reads speak most.
    private static func best(_ posterior: [Double], _ sample: SampleEvidence) -> Int {
        posterior.indices.max { a, b in
            posterior[a] == posterior[b]
                ? sample.likelihoods[a] < sample.likelihoods[b] : posterior[a] < posterior[b]
        } ?? 0
    }

    private static func logReference(
        _ posterior: [Double], _ sample: SampleEvidence, _ isReference: [Bool]
    ) -> Double {
        var sum = 0.0
        Genotypes.each(isReference.count, ploidy: sample.ploidy) { index, low, high in
            if isReference[low], isReference[high] { sum += posterior[index] }
        }
        return log10(max(sum, 1e-120))
    }

    private static func phred(_ confidence: Double) -> Int {
        confidence >= 1 ? highestQuality : min(highestQuality, Int(-10 * log10(1 - confidence)))
    }
}
