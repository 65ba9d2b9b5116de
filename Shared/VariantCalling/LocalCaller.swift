import Genomics

/// Calls shards in this process, through the code that the services use.
public struct LocalCaller: Sendable {
    private let maker: ExampleMaker
    private let model: CallingModel
    private let genotyper: SexedGenotyper
    private let duplicates: DuplicatePolicy
    private let findsBlocks: Bool
    private let panel: SitePanel?

    /// Makes a caller, which measures the reads' quality and finds blocks of the reference where that is wanted.
    public init(
        reference: ReferenceGenome, model: CallingModel, duplicates: DuplicatePolicy = .mark,
        plan: PloidyPlan, autosomalDepth: Double? = nil, measuresQuality: Bool = false, findsBlocks: Bool = false,
        panel: SitePanel? = nil
    ) {
        self.panel = panel
        genotyper = SexedGenotyper(plan, autosomalDepth: autosomalDepth)
        self.findsBlocks = findsBlocks
        maker = ExampleMaker(
            reference: reference, options: model.options, measures: measuresQuality ? .quality : .depth)
        self.model = model
        self.duplicates = duplicates
    }

    /// What was seen of the reads that were called.
    public struct Seen: Sendable {
        /// What became of them.
        public var reads = ReadCounts()
        /// Their depths, and their quality where the caller measures it.
        public var quality = QualityControl()
        /// The alleles that were weighed.
        public var candidates = 0
        /// Those of them of which the larger network decided.
        public var secondLooks = 0
        /// The bases of the target that the reference knows, in the shards that had reads.
        var known: KnownBases
        /// These shards.
        var shards: Set<GenomeBins.Shard> = []

        /// Nothing was seen yet of a reference.
        public init(contigs: [Contig]) { known = KnownBases(contigs: contigs) }
    }

    /// What is found in a shard whose records are complete; what its reads are is added to `seen`.
    public func call(
        _ shard: GenomeBins.Shard, records: [BAMRecord], readGroups: [ReadGroup], regions: BED?, workers: Int,
        seen: inout Seen
    ) async throws -> ShardFindings {
        let made = try maker.examples(
            of: shard, records: records, readGroups: readGroups, regions: regions, duplicates: duplicates,
            findsBlocks: findsBlocks)
        let callability = made.summary.callability
        if let callability { seen.add(callability, of: shard) }
        if let measured = made.summary.quality { seen.quality.add(measured) }
        let alleles = try await alleles(of: made, workers: workers, seen: &seen)
        var found = ShardFindings(calls: genotyper.call(alleles), blocks: made.blocks)
        if findsBlocks { BlockLimits(alleles).apply(to: &found.blocks) }
        guard let sites = panel?.sites[shard] else { return found }
        found.sites = try maker.evidence(
            at: sites, of: shard, records: records, readGroups: readGroups, regions: regions, duplicates: duplicates,
            callability: callability)
        let said = Dictionary(
            alleles.map { ($0.candidate.key, $0.probabilities[0]) }, uniquingKeysWith: { first, _ in first })
        for index in found.sites.indices { found.sites[index].noCopy = said[sites[index].key] }
        return found
    }

    /// The alleles of a shard with what the networks say of them, which are not asked on the mitochondrion.
    private func alleles(
        of made: ShardExamples, workers: Int, seen: inout Seen
    ) async throws -> [Genotyper.Allele] {
        seen.candidates += made.candidates.count
        if made.candidates.allSatisfy({ $0.mixture != nil }) {
            return made.candidates.map { Genotyper.Allele(candidate: $0, probabilities: []) }
        }
        let batch = ExampleBatch(candidates: made.candidates, features: made.features, options: model.options)
        let (scored, secondLooks) = try await model.score([batch], workers: workers)
        seen.secondLooks += secondLooks
        return zip(made.candidates, scored.first ?? []).map { Genotyper.Allele(candidate: $0, probabilities: $1) }
    }

    /// What is known of a bin without reads: the alleles of the panel.
    public func findings(withoutReads shard: GenomeBins.Shard, regions: BED?) -> ShardFindings {
        ShardFindings(sites: panel?.unseen(shard, regions: regions) ?? [])
    }
}

extension LocalCaller.Seen {
    fileprivate mutating func add(_ callability: CallabilitySummary, of shard: GenomeBins.Shard) {
        reads.add(callability.reads)
        shards.insert(shard)
        for run in callability.runs where run.state != .referenceUnknown {
            known.add(callability.contig, run.start..<run.end)
        }
    }

    /// What the depths over the whole target say of the sex.
    ///
    /// Bins without reads count as well: their bases are read from the reference, unless nothing could be said whatever they are.
    public func sex(reference: ReferenceGenome, regions: BED?) throws(GenomicsError) -> SexByCoverage {
        let covered = quality.depth.unpairedBases
        guard SexByCoverage.mayTell(covered: covered) else { return .unknown }
        let bins = GenomeBins(contigs: reference.contigs)
        var known = known
        for (contig, description) in reference.contigs.enumerated() where SexByCoverage.compares(description.name) {
            for index in 0..<((description.length + bins.size - 1) / bins.size)
            where !shards.contains(.bin(contig: contig, index: index)) {
                let range = bins.range(contig: contig, index: index)
                try reference.forEachStretch(contig: contig, in: range, regions: regions) { stretch, isKnown in
                    if isKnown { known.add(description.name, stretch) }
                }
            }
        }
        return SexByCoverage(covered: covered, target: known.unpairedByContig)
    }
}

/// Gathers a file's records by shard; a coordinate-sorted file's shards are complete as the reading passes them, so that
/// memory does not grow with the file.
public struct ShardGatherer {
    private let bins: GenomeBins
    private let places: [Int32]
    private let isSorted: Bool
    private var pending: [GenomeBins.Shard: [BAMRecord]] = [:]

    /// How far right of a bin a record may stand that still belongs to it, by a clipped end.
    private static let longestReach = 1 << 17

    /// Reads without a place that are held.
    private static let unplacedAtOnce = 1024

    /// Starts with a file's header; contigs are found in the reference by their names.
    ///
    /// Several files are sorted where all of them are and they come merged.
    public init(header: AlignmentHeader, reference: ReferenceGenome, isSorted: Bool? = nil) {
        bins = GenomeBins(contigs: reference.contigs)
        places = header.contigs.map { Int32(reference.index(of: $0.name) ?? -1) }
        self.isSorted = isSorted ?? header.isCoordinateSorted
    }

    /// Takes a record; returns the shards that are complete now, in their order.
    ///
    /// Reads without a place come as several parts of the shard `GenomeBins.Shard.unplaced`.
    public mutating func add(_ record: BAMRecord) -> [(shard: GenomeBins.Shard, records: [BAMRecord])] {
        var record = record
        record.referenceID = record.referenceID < 0 ? -1 : places[Int(record.referenceID)]
        record.mateReferenceID = record.mateReferenceID < 0 ? -1 : places[Int(record.mateReferenceID)]
        for shard in bins.shards(of: record) where !isPassed(shard, by: record) {
            pending[shard, default: []].append(record)
        }
        if let unplaced = pending[.unplaced], unplaced.count >= Self.unplacedAtOnce { return take([.unplaced]) }
        guard isSorted, record.referenceID >= 0, pending.count > 2 else { return [] }
        return take(pending.keys.filter { isPassed($0, by: record) })
    }

    /// Whether no record behind this one of a sorted file belongs to the shard.
    private func isPassed(_ shard: GenomeBins.Shard, by record: BAMRecord) -> Bool {
        guard case .bin(let contig, let index) = shard else { return false }
        let end = bins.range(contig: contig, index: index).upperBound + Self.longestReach
        return contig != Int(record.referenceID) || end < Int(record.position)
    }

    /// Returns what is left, in the order of the reference.
    public mutating func finish() -> [(shard: GenomeBins.Shard, records: [BAMRecord])] { take(Array(pending.keys)) }

    private mutating func take(
        _ shards: [GenomeBins.Shard]
    ) -> [(shard: GenomeBins.Shard, records: [BAMRecord])] {
        shards.sorted().map { (shard: $0, records: pending.removeValue(forKey: $0) ?? []) }
    }
}
