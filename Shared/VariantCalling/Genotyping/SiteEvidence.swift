import Genomics

/// What the reads and the network say of an allele that a panel asks for, before its bin is called.
public struct SiteEvidence: Sendable, Hashable, Codable {
    /// The allele with the reads for and against it.
    public var site: Candidate
    /// Whether reads were counted.
    public var isCounted: Bool
    /// What could be called there.
    public var state: CallabilitySummary.State
    /// Whether it lies within the regions.
    public var isWithinRegions: Bool
    /// How probable the network finds no copy of it; nil where it was not asked.
    public var noCopy: Float?

    /// Gathers what reads say of an allele.
    ///
    /// - Parameters:
    ///   - site: The allele.
    ///   - pileup: The reads there; nil where there are none.
    ///   - callability: What could be called in its bin; nil where there were no reads at all.
    ///   - regions: Where is called; everywhere when nil.
    public init(_ site: Candidate, pileup: SitePileup?, callability: CallabilitySummary?, regions: BED?) {
        self.site = pileup?.candidate ?? site
        self.site.votes = nil
        isCounted = pileup != nil
        isWithinRegions = regions?.overlaps(site.contig, site.affectedRange) ?? true
        let position = site.affectedRange.lowerBound
        state = callability?.runs.last { $0.start <= position && position < $0.end }?.state ?? .noCoverage
    }
}

extension SitePanel {
    /// What reads say of the alleles of a bin that has none.
    public func unseen(_ shard: GenomeBins.Shard, regions: BED?) -> [SiteEvidence] {
        (sites[shard] ?? []).map { SiteEvidence($0, pileup: nil, callability: nil, regions: regions) }
    }
}

extension ExampleMaker {
    /// What the reads of a bin say of the alleles of a panel; `callability` is what ``examples(of:records:readGroups:regions:duplicates:findsBlocks:)``
    /// found of the same reads.
    public func evidence(
        at sites: [Candidate], of shard: GenomeBins.Shard, records: [BAMRecord], readGroups: [ReadGroup],
        regions: BED?, duplicates: DuplicatePolicy, callability: CallabilitySummary?
    ) throws(GenomicsError) -> [SiteEvidence] {
        guard case .bin(let contig, let index) = shard, !sites.isEmpty else { return [] }
        let pileups = try pileups(
            at: sites, contig: contig, index: index, records: records, readGroups: readGroups, duplicates: duplicates)
        return zip(sites, pileups).map {
            SiteEvidence($0, pileup: $1, callability: callability, regions: regions)
        }
    }
}
