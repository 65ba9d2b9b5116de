import Genomics

/// The alleles that a panel asks for, each of which a caller answers: called, or why not.
public struct SitePanel: Sendable {
    /// The alleles of each bin, minimal and left-aligned, by position; each once.
    public let sites: [GenomeBins.Shard: [Candidate]]

    /// Reads the alleles of a VCF file; of exchanges of several bases each base.
    ///
    /// Throws `GenomicsError` for an allele that is not spelled in bases, whose REF is not the reference's, or on a contig that the
    /// reference lacks.
    public init(path: String, reference: ReferenceGenome) throws(GenomicsError) {
        var reader = try VCFReader(path: path)
        let bins = GenomeBins(contigs: reference.contigs)
        var sites: [GenomeBins.Shard: Set<Allele>] = [:]
        var record = 0
        while let variant = try reader.next() {
            record += 1
            guard let contig = reference.index(of: variant.contig) else {
                throw GenomicsError(
                    .referenceMismatch, ContigNaming.refusal(variant.contig, reference: reference), file: path,
                    record: record, field: "CHROM")
            }
            for alternate in variant.alternates where alternate != "*" && !alternate.hasPrefix("<NON_REF") {
                guard
                    let allele = Allele(
                        contig: variant.contig, position: variant.position, reference: variant.reference,
                        alternate: alternate)
                else {
                    throw GenomicsError(
                        .unsupported, "the allele \(alternate.prefix(40)) is not spelled in bases", file: path,
                        record: record, field: "ALT")
                }
                let normal = try allele.normalized { name, range throws(GenomicsError) in
                    try reference.window(name, range)
                }
                for atom in normal.atoms {
                    sites[.bin(contig: contig, index: atom.start / bins.size), default: []].insert(atom)
                }
            }
        }
        guard !sites.isEmpty else { throw GenomicsError(.malformed, "there is no alternate allele", file: path) }
        self.sites = sites.mapValues { alleles in
            alleles.sorted().map { allele in
                Candidate(
                    contig: allele.contig, position: allele.start + 1,
                    reference: String(decoding: allele.reference, as: UTF8.self),
                    alternate: String(decoding: allele.alternate, as: UTF8.self))
            }
        }
    }

    /// The number of alleles.
    public var count: Int { sites.values.reduce(0) { $0 + $1.count } }
}

/// What became of an allele that a panel asks for.
public struct SiteAnswer: Sendable, Hashable {
    /// Called, or why not.
    public enum Reason: String, Sendable, Hashable, Codable, CaseIterable {
        /// The sample has it.
        case called
        /// It was called, and a filter rejects the call.
        case filter
        /// No read shows it.
        case reference
        /// So few reads show it that it was not proposed to the network.
        case candidate
        /// Reads show a third allele there: not the reference, and not this one.
        case other
        /// The network takes the reads that show it for errors.
        case network
        /// Too few reads cover it.
        case depth
        /// More than half of the reads that cover it could lie elsewhere as well.
        case mapping
        /// It lies outside of the regions.
        case region
    }

    /// The allele with the reads for and against it.
    public var site: Candidate
    /// What became of it.
    public var reason: Reason
    /// GQ of 0/0; nil where it has no genotype.
    public var quality: Int?

    /// The filter of alleles that too uncertainly mapped reads cover.
    static let lowMappingQuality = "LowMappingQuality"
    /// The filter of alleles outside of the regions.
    static let outsideRegions = "OutsideRegions"

    /// Finds out what became of an allele.
    ///
    /// - Parameters:
    ///   - site: The allele.
    ///   - pileup: The reads there; nil where there are none.
    ///   - calls: The calls of its bin.
    ///   - probabilities: What the networks said of proposed alleles, by `Candidate.key`.
    ///   - callability: What could be called in its bin; nil where there were no reads at all.
    ///   - regions: Where was called; everywhere when nil.
    init(
        _ site: Candidate, pileup: SitePileup?, calls: [SiteCall], probabilities: [String: [Float]],
        callability: CallabilitySummary?, regions: BED?
    ) {
        self.site = pileup?.candidate ?? site
        if let regions, !regions.overlaps(site.contig, site.affectedRange) {
            reason = .region
            return
        }
        if let call = calls.first(where: { $0.has(site) }) {
            reason = call.isPassed ? .called : .filter
            return
        }
        let position = site.affectedRange.lowerBound
        let state = callability?.runs.last { $0.start <= position && position < $0.end }?.state ?? .noCoverage
        guard let pileup, state == .callable else {
            reason = state == .lowMappingQuality ? .mapping : .depth
            return
        }
        let counted = pileup.candidate
        if let said = probabilities[site.key] {
            (reason, quality) = (.network, Int(GenotypedSite.phred(1 - Double(said[0])).rounded()))
            return
        }
        let shown = counted.alternateDepth + counted.referenceDepth + counted.otherDepth
        if counted.otherDepth >= 2, 5 * counted.otherDepth >= shown {
            reason = .other
            return
        }
        quality =
            ReferenceBlock(
                contig: site.contig, position: position, reads: shown, ofReference: shown - counted.alternateDepth
            ).quality
        reason = counted.alternateDepth > 0 ? .candidate : .reference
    }

    /// The answer as a record of a VCF; nil for a called allele, which has a record.
    public var variant: Variant? {
        let filters: [String]
        switch reason {
        case .called, .filter: return nil
        case .reference, .candidate, .network, .other: filters = ["PASS"]
        case .depth: filters = [SiteCall.lowDepth]
        case .mapping: filters = [Self.lowMappingQuality]
        case .region: filters = [Self.outsideRegions]
        }
        var variant = Variant(
            contig: site.contig, position: site.position, reference: site.reference, alternates: [site.alternate],
            filters: filters, info: [.init("DP", String(site.depth)), .init(Self.key, reason.rawValue)])
        variant.genotype = Genotype(quality == nil ? [nil, nil] : [0, 0])
        variant.sampleFields = [
            .init("GQ", quality.map(String.init) ?? "."), .init("DP", String(site.depth)),
            .init("AD", "\(site.referenceDepth),\(site.alternateDepth)"),
        ]
        return variant
    }

    /// The INFO key of what became of an allele.
    public static let key = "WHY"
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
