import Genomics

/// Calls shards in this process, through the code that the services use.
public struct LocalCaller: Sendable {
    private let maker: ExampleMaker
    private let model: CallingModel
    private let genotyper: Genotyper
    private let duplicates: DuplicatePolicy
    private let findsBlocks: Bool
    private let panel: SitePanel?

    /// Makes a caller, which measures the reads' quality and finds blocks of the reference where that is wanted.
    public init(
        reference: ReferenceGenome, model: CallingModel, duplicates: DuplicatePolicy = .mark,
        ploidy: Ploidy = Ploidy(), measuresQuality: Bool = false, findsBlocks: Bool = false,
        panel: SitePanel? = nil
    ) {
        self.panel = panel
        genotyper = Genotyper(ploidy: ploidy)
        self.findsBlocks = findsBlocks
        maker = ExampleMaker(reference: reference, options: model.options, measuresQuality: measuresQuality)
        self.model = model
        self.duplicates = duplicates
    }

    /// What was seen of the reads that were called.
    public struct Seen: Sendable {
        /// What became of them.
        public var reads = ReadCounts()
        /// Their quality, where the caller measures it.
        public var quality = QualityControl()
        /// The alleles that were weighed.
        public var candidates = 0
        /// Those of them of which the larger network decided.
        public var secondLooks = 0

        /// Nothing was seen yet.
        public init() {}
    }

    /// What was found in a shard.
    public struct Found: Sendable {
        /// The sites with an alternate allele, by position.
        public var calls: [SiteCall]
        /// Where the reads show the reference, where that was asked for.
        public var blocks: [ReferenceBlock]
        /// What became of the alleles of the panel.
        public var answers: [SiteAnswer] = []

        /// The calls, and the alleles of the panel that are none, by position.
        public var items: [CallSetItem] {
            (calls.map { .call($0) } + answers.compactMap { $0.variant.map { .record($0) } }).sorted(
                by: CallSetItem.precedes)
        }
    }

    /// What is found in a shard whose records are complete; what its reads are is added to `seen`.
    public func call(
        _ shard: GenomeBins.Shard, records: [BAMRecord], readGroups: [ReadGroup], regions: BED?, workers: Int,
        seen: inout Seen
    ) async throws -> Found {
        let made = try maker.examples(
            of: shard, records: records, readGroups: readGroups, regions: regions, duplicates: duplicates,
            findsBlocks: findsBlocks)
        if let counts = made.summary.callability?.reads { seen.reads.add(counts) }
        if let measured = made.summary.quality { seen.quality.add(measured) }
        let batch = ExampleBatch(candidates: made.candidates, features: made.features, options: model.options)
        let (scored, secondLooks) = try await model.score([batch], workers: workers)
        let probabilities = scored.first ?? []
        seen.candidates += batch.count
        seen.secondLooks += secondLooks
        var blocks = made.blocks
        if findsBlocks {
            // Of alleles that were weighed and not called.
            for (candidate, probabilities) in zip(made.candidates, probabilities)
            where probabilities[0] >= max(probabilities[1], probabilities[2]) {
                let quality = GenotypedSite.phred(1 - Double(probabilities[0]))
                for position in candidate.affectedRange { blocks.lower(at: position, to: Int(quality.rounded())) }
            }
        }
        let alleles = zip(made.candidates, probabilities).map {
            Genotyper.Allele(candidate: $0, probabilities: $1)
        }
        var found = Found(calls: genotyper.call(alleles), blocks: blocks)
        guard let sites = panel?.sites[shard], case .bin(let contig, let index) = shard else { return found }
        let said = Dictionary(
            zip(made.candidates.map(\.key), probabilities), uniquingKeysWith: { first, _ in first })
        let pileups = try maker.pileups(
            at: sites, contig: contig, index: index, records: records, readGroups: readGroups, duplicates: duplicates)
        found.answers = zip(sites, pileups).map { site, pileup in
            SiteAnswer(
                site, pileup: pileup, calls: found.calls, probabilities: said, callability: made.summary.callability,
                regions: regions)
        }
        for answer in found.answers where answer.reason == .called || answer.reason == .filter {
            if let place = found.calls.firstIndex(where: { $0.has(answer.site) }) {
                found.calls[place].answer = answer.reason
            }
        }
        return found
    }

    /// What became of the alleles of the panel in a bin without reads.
    public func answers(withoutReads shard: GenomeBins.Shard, regions: BED?) -> [CallSetItem] {
        (panel?.sites[shard] ?? []).compactMap { site in
            SiteAnswer(site, pileup: nil, calls: [], probabilities: [:], callability: nil, regions: regions).variant.map
            {
                .record($0)
            }
        }
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
