import Genomics

/// Turns the reads of a shard into the calling network's inputs: duplicates marked, candidates found, pileups encoded.
///
/// The same set of reads gives the same examples in whatever order and from whichever batches it came.
public struct ExampleMaker: Sendable {
    /// The reference that the reads are aligned to.
    public let reference: ReferenceGenome
    /// The reference's division.
    public let bins: GenomeBins
    /// The index of each contig by its name.
    public let contigIndex: [String: Int]
    private let options: PileupOptions
    private let measures: Measures?

    /// What summaries hold beside what could be called.
    public enum Measures: Sendable {
        /// The depths alone.
        case depth
        /// All that `QualityControl` has.
        case quality
    }

    /// Makes examples against a reference; summaries hold measures of the reads where they are wanted.
    public init(
        reference: ReferenceGenome, options: PileupOptions = PileupOptions(), measures: Measures? = nil
    ) {
        self.reference = reference
        self.measures = measures
        bins = GenomeBins(contigs: reference.contigs)
        contigIndex = Dictionary(
            reference.contigs.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
        self.options = options
    }

    /// Makes the examples of a shard.
    ///
    /// - Parameters:
    ///   - shard: The bin whose candidates are wanted.
    ///   - records: Every record that `GenomeBins` sends to the shard, in any order.
    ///   - readGroups: The read groups of the records; duplicates are marked a library.
    ///   - regions: Where to look; everywhere when nil.
    ///   - duplicates: What becomes of reads that look like copies of one fragment.
    ///   - findsBlocks: Whether stretches where the reads show the reference are wanted.
    public func examples(
        of shard: GenomeBins.Shard, records: [BAMRecord], readGroups: [ReadGroup], regions: BED?,
        duplicates: DuplicatePolicy = .mark, findsBlocks: Bool = false
    ) throws(GenomicsError) -> ShardExamples {
        guard case .bin(let contig, let index) = shard else {
            var quality = measures.map { _ in QualityControl() }
            if measures == .quality { quality?.measure(unplaced: records) }
            return ShardExamples(unplacedReads: records.count, quality: quality)
        }
        let prepared = try prepare(
            contig: contig, index, records, readGroups, duplicates, keepsGiven: measures == .quality)
        let (core, name) = (prepared.core, bins.contigs[contig].name)
        let made = caller(contig).process(
            contig: name, core: core, reference: prepared.reference, records: prepared.records, regions: regions,
            findsBlocks: findsBlocks)
        var summary = ShardSummary(callability: made.summary, unplacedReads: 0)
        let pairing = SexChromosome.pseudoautosomal(of: bins.contigs[contig])
        switch measures {
        case nil: break
        case .depth:
            var quality = QualityControl()
            quality.measureDepth(prepared.records, contig: name, core: core, regions: regions, pairing: pairing)
            summary.quality = quality
        case .quality:
            var quality = QualityControl()
            quality.measure(
                prepared.records, given: prepared.given, contig: name, core: core,
                isLast: core.upperBound == bins.contigs[contig].length, regions: regions, pairing: pairing)
            quality.foreignAlleles = ForeignAlleles(made.candidates)
            summary.quality = quality
        }
        return ShardExamples(
            candidates: made.candidates, features: made.features, summary: summary, options: options,
            blocks: made.blocks)
    }

    /// The reads at alleles of a bin as the caller sees them; nil as `BinCaller.pileups` says.
    public func pileups(
        at alleles: [Candidate], contig: Int, index: Int, records: [BAMRecord], readGroups: [ReadGroup],
        duplicates: DuplicatePolicy = .mark
    ) throws(GenomicsError) -> [SitePileup?] {
        let prepared = try prepare(contig: contig, index, records, readGroups, duplicates, keepsGiven: false)
        return caller(contig).pileups(
            at: alleles, core: prepared.core, reference: prepared.reference, records: prepared.records)
    }

    private func caller(_ contig: Int) -> BinCaller {
        BinCaller(options: options, mitochondrion: MitochondrialContig(bins.contigs[contig]))
    }

    /// What the caller works on: the bin's stretch, the reference around it, and the records in order with duplicates marked.
    private struct Prepared {
        var core: Range<Int>
        var reference: ReferenceWindow
        var records: [BAMRecord]
        /// The records as they were given, where duplicates are kept and that is wanted.
        var given: [BAMRecord]?
    }

    private func prepare(
        contig: Int, _ index: Int, _ records: [BAMRecord], _ readGroups: [ReadGroup], _ duplicates: DuplicatePolicy,
        keepsGiven: Bool
    ) throws(GenomicsError) -> Prepared {
        guard contig < bins.contigs.count else {
            throw GenomicsError(
                .referenceMismatch,
                "shard \(GenomeBins.Shard.bin(contig: contig, index: index)) lies on a contig that the reference does not have"
            )
        }
        let core = bins.range(contig: contig, index: index)
        var sorted = records.sorted(by: Self.precedes)
        let libraries = Dictionary(
            readGroups.map { ($0.id, $0.library ?? $0.sample) }, uniquingKeysWith: { first, _ in first })
        let given = keepsGiven && duplicates == .keep ? sorted : nil
        DuplicateMarker(libraries: libraries, policy: duplicates).mark(&sorted)
        let window = (core.lowerBound - BinCaller.referenceMargin)..<(core.upperBound + BinCaller.referenceMargin)
        let range = window.clamped(to: 0..<bins.contigs[contig].length)
        return Prepared(
            core: core,
            reference: ReferenceWindow(start: range.lowerBound, bases: try reference.bases(contig: contig, range)),
            records: sorted, given: given)
    }

    /// A total order by position, so that equal sets of reads are worked on alike.
    private static func precedes(_ a: BAMRecord, _ b: BAMRecord) -> Bool {
        if a.position != b.position { return a.position < b.position }
        if a.flags != b.flags { return a.flags.rawValue < b.flags.rawValue }
        if !a.name.elementsEqual(b.name) { return a.name.lexicographicallyPrecedes(b.name) }
        return a.bytes.lexicographicallyPrecedes(b.bytes)
    }
}

/// What a shard gives.
public struct ShardExamples: Sendable {
    /// Candidates by position; the alleles of a site stand together.
    public var candidates: [Candidate]
    /// A pileup a candidate, one after the other.
    public var features: [Float]
    /// What was seen and what could be called.
    public var summary: ShardSummary
    /// Where the reads show the reference, where that was asked for.
    public var blocks: [ReferenceBlock]
    /// What the pileups were made with.
    var options: PileupOptions

    /// The examples of a shard.
    init(
        candidates: [Candidate], features: [Float], summary: ShardSummary, options: PileupOptions = PileupOptions(),
        blocks: [ReferenceBlock] = []
    ) {
        self.blocks = blocks
        self.options = options
        self.candidates = candidates
        self.features = features
        self.summary = summary
    }

    /// Reads without a position give no examples and are counted.
    public init(unplacedReads: Int, quality: QualityControl? = nil) {
        self.init(
            candidates: [], features: [],
            summary: ShardSummary(callability: nil, unplacedReads: unplacedReads, quality: quality))
    }

    /// Divides the examples into batches of about `limit` candidates, at least one batch, never through a site.
    public func parts(limit: Int) -> [ExampleBatch] {
        var parts: [ExampleBatch] = []
        var start = 0
        while start < candidates.count {
            var end = min(start + limit, candidates.count)
            while end < candidates.count, candidates[end].position == candidates[end - 1].position { end += 1 }
            let values = CandidateEncoder.valuesPerCandidate
            parts.append(
                ExampleBatch(
                    candidates: Array(candidates[start..<end]),
                    features: Array(features[(start * values)..<(end * values)]), options: options))
            start = end
        }
        return parts.isEmpty ? [ExampleBatch(candidates: [], features: [], options: options)] : parts
    }
}

/// What a shard's reads covered, for the report.
public struct ShardSummary: Sendable, Codable, Hashable {
    /// What was callable; nil for the shard of reads without a position.
    public var callability: CallabilitySummary?
    /// Reads without a position.
    public var unplacedReads: Int
    /// What the reads are like; nil where it was not measured.
    public var quality: QualityControl?

    /// Makes a summary.
    public init(callability: CallabilitySummary?, unplacedReads: Int, quality: QualityControl? = nil) {
        self.callability = callability
        self.unplacedReads = unplacedReads
        self.quality = quality
    }
}
