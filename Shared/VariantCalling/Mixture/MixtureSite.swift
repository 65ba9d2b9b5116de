import Genomics

/// An allele of the mitochondrion that some or all of the molecules have.
///
/// Each allele is a record of its own, as mutserve and mity write it: the share of its molecules is nobody else's. GT is `1` where all
/// molecules have the allele and `0/1` where some have it and others not, whatever these have.
struct MixtureSite {
    let call: SiteCall

    /// Calls that fewer fragments show are marked.
    static let fewestReads = 3
    /// The strands' shares differ with a probability of 0.001 at most by chance.
    private static let strandStatistic = 10.83
    /// So many times smaller is the share on one strand.
    private static let strandRatio = 3.0

    /// Calls an allele that was found in a mixture, of which `nuclearReads` may be of copies in the nucleus; nil where none of the molecules
    /// has it in a share that is reported.
    init?(_ candidate: Candidate, _ posterior: MixturePosterior, nuclearReads: Int) {
        let said = posterior.probabilities
        guard let evidence = candidate.mixture, let most = said.max(), let state = said.firstIndex(of: most), state > 0
        else { return nil }
        let isSome = state == 1
        let quality = GenotypedSite.phred(said[0])
        var filters: [String] = []
        if quality < Genotyper.minimumQuality { filters.append(SiteCall.lowQuality) }
        if candidate.alternateDepth < Self.fewestReads { filters.append(SiteCall.fewReads) }
        if Self.isOfOneStrand(evidence) { filters.append(SiteCall.strandBias) }
        if evidence.isArtefactProne, isSome || candidate.lengthChange != 0 { filters.append(SiteCall.artefactProne) }
        if isSome, candidate.alternateDepth < nuclearReads { filters.append(SiteCall.nuclearCopy) }
        let phred = isSome ? posterior.phred : [posterior.phred[0], posterior.phred[2]]
        let isMapped = candidate.mappingQuality != Double(BAMRecord.unknownMappingQuality)
        call = SiteCall(
            contig: candidate.contig, position: candidate.position, reference: candidate.reference,
            alternates: [candidate.alternate], quality: (quality * 100).rounded() / 100, filters: filters,
            genotype: isSome ? [0, 1] : [1],
            genotypeQuality: Int(GenotypedSite.phred(1 - said[state]).rounded()), depth: candidate.depth,
            alleleDepths: [candidate.referenceDepth, candidate.alternateDepth],
            likelihoods: phred.map { Int(min(Genotyper.maximumQuality, $0 - (phred.min() ?? 0)).rounded()) },
            mappingQuality: isMapped ? (candidate.mappingQuality * 100).rounded() / 100 : nil,
            strandCounts: [
                candidate.referenceForward, candidate.referenceReverse, candidate.alternateForward,
                candidate.alternateReverse,
            ],
            fractions: [AlleleFraction(posterior.share, in: posterior.interval)])
    }

    /// Whether the allele is on one strand so much rarer than on the other that it is an error of the other.
    private static func isOfOneStrand(_ evidence: MixtureEvidence) -> Bool {
        let strands = MixtureLikelihood.strandStatistic(evidence)
        return strands.statistic > strandStatistic
            && max(strands.forward, strands.reverse) > strandRatio * min(strands.forward, strands.reverse)
    }
}
