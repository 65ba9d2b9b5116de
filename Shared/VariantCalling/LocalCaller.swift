import Genomics

/// Calls shards in this process, through the code that the services use.
public struct LocalCaller: Sendable {
    private let maker: ExampleMaker
    private let model: CallingModel
    private let genotyper: Genotyper
    private let duplicates: DuplicatePolicy
    private let findsBlocks: Bool

    /// Makes a caller, which measures the reads' quality and finds blocks of the reference where that is wanted.
    public init(
        reference: ReferenceGenome, model: CallingModel, duplicates: DuplicatePolicy = .mark,
        ploidy: Ploidy = Ploidy(), measuresQuality: Bool = false, findsBlocks: Bool = false
    ) {
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

        /// Nothing was seen yet.
        public init() {}
    }

    /// What was found in a shard.
    public struct Found: Sendable {
        /// The sites with an alternate allele, by position.
        public var calls: [SiteCall]
        /// Where the reads show the reference, where that was asked for.
        public var blocks: [ReferenceBlock]
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
        let probabilities = try await model.predict([batch], workers: workers).first ?? []
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
        return Found(calls: genotyper.call(alleles), blocks: blocks)
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
