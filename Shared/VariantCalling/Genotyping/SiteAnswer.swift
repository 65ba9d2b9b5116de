import Genomics

/// What became of an allele that a panel asks for.
public struct SiteAnswer: Sendable, Hashable {
    /// Called, or why not.
    public typealias Reason = SiteReason

    /// The allele with the reads for and against it.
    public var site: Candidate
    /// What became of it.
    public var reason: Reason
    /// GQ of the reference's genotype; nil where it has no genotype.
    public var quality: Int?
    /// The chromosomes that there are.
    public var copies: Int
    /// GT, GQ and filters of the call, where there is one.
    public var call: Called?

    /// What a call says of the allele.
    public struct Called: Sendable, Hashable {
        /// GT as VCF writes it, without its phase.
        public var genotype: String
        /// GQ.
        public var quality: Int
        /// FILTER; empty for PASS.
        public var filters: [String]
    }

    /// The filter of alleles that too uncertainly mapped reads cover.
    static let lowMappingQuality = "LowMappingQuality"
    /// The filter of alleles outside of the regions.
    static let outsideRegions = "OutsideRegions"
    /// The filter of alleles on chromosomes that the sample does not have.
    static let noChromosome = "NoChromosome"
    /// So many reads must show one allele or another.
    static let leastReads = PileupOptions().minimumCallableDepth

    /// Finds out what became of an allele, by the evidence, the calls of its bin, and the chromosomes that there are.
    init(_ evidence: SiteEvidence, calls: [SiteCall], copies: Int) {
        site = evidence.site
        self.copies = copies
        guard evidence.isWithinRegions else {
            reason = .region
            return
        }
        guard copies > 0 else {
            reason = .absent
            return
        }
        if let call = calls.first(where: { $0.has(evidence.site) }) {
            reason = call.isPassed ? .called : .filter
            self.call = Called(call)
            return
        }
        guard evidence.isCounted, evidence.state == .callable else {
            reason = evidence.state == .lowMappingQuality ? .mapping : .depth
            return
        }
        if copies == 1, site.mixture == nil, let none = evidence.noCopy, none < 0.5 {
            reason = .mixed
            return
        }
        let none = site.mixture.map { MixturePosterior(MixtureLikelihood($0)).probabilities[0] }
        if let none = none ?? evidence.noCopy.map(Double.init) {
            (reason, quality) = (.network, Int(GenotypedSite.phred(1 - none).rounded()))
            return
        }
        // Of those that cover the place not all can tell: to see a long deletion a read has to span it.
        let shown = site.alternateDepth + site.referenceDepth + site.otherDepth
        guard shown >= Self.leastReads else {
            reason = .depth
            return
        }
        if site.otherDepth >= 2, 5 * site.otherDepth >= shown {
            reason = .other
            return
        }
        quality =
            ReferenceBlock(
                contig: site.contig, position: site.affectedRange.lowerBound, reads: shown,
                ofReference: shown - site.alternateDepth, isMixture: MitochondrialContig.isNamed(site.contig)
            ).quality(copies: copies)
        reason = site.alternateDepth > 0 ? .candidate : .reference
    }

    /// The answer as a record of a VCF; nil for a called allele, which has a record.
    public var variant: Variant? {
        let filters: [String]
        switch reason {
        case .called, .filter: return nil
        case .reference, .candidate, .network, .other: filters = ["PASS"]
        case .mixed: filters = [SiteCall.mixed]
        case .depth: filters = [SiteCall.lowDepth]
        case .mapping: filters = [Self.lowMappingQuality]
        case .region: filters = [Self.outsideRegions]
        case .absent: filters = [Self.noChromosome]
        }
        var variant = Variant(
            contig: site.contig, position: site.position, reference: site.reference, alternates: [site.alternate],
            filters: filters, info: [.init("DP", String(site.depth)), .init(Self.key, reason.rawValue)])
        variant.genotype = Genotype(Array(repeating: quality == nil ? nil : 0, count: max(1, copies)))
        variant.sampleFields = [
            .init("GQ", quality.map(String.init) ?? "."), .init("DP", String(site.depth)),
            .init("AD", "\(site.referenceDepth),\(site.alternateDepth)"),
        ]
        return variant
    }

    /// The INFO key of what became of an allele.
    public static let key = "WHY"
}

extension SiteAnswer.Called {
    fileprivate init(_ call: SiteCall) {
        self.init(
            genotype: call.variant.genotype?.description ?? ".", quality: call.genotypeQuality, filters: call.filters)
    }
}

extension SiteCall {
    /// Whether a minimal left-aligned allele is among the alternates that the sample has.
    func has(_ site: Candidate) -> Bool {
        guard site.contig == contig,
            let wanted = Allele(
                contig: contig, position: site.position, reference: site.reference, alternate: site.alternate)
        else { return false }
        return alternates.indices.contains { index in
            genotype.contains(index + 1)
                && Allele(contig: contig, position: position, reference: reference, alternate: alternates[index])?
                    .trimmed == wanted
        }
    }
}
