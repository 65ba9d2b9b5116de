import Genomics
import Hashing

/// The reads of a whole reference, or of regions of it, made stretch by stretch in memory that does not grow with it.
///
/// Stretches may be made in any order and side by side: the same seed gives the same bytes.
public struct SimulatedGenome: Sendable {
    /// A stretch that is made at a time.
    public struct Stretch: Sendable, Hashable {
        /// The contig's index in the reference.
        public var contig: Int
        /// The 0-based half-open positions at which fragments begin.
        public var core: Range<Int>
    }

    /// A contig's variants, of the sample and of the stranger in its tube.
    public struct ContigVariants: Sendable {
        /// The sample's as they are put in, by position.
        public var sample: [Variant]
        /// The other person's.
        var stranger: [Variant]
        /// How many alleles were left out since they overlap an earlier one of their haplotype.
        public var leftOut: Int
    }

    /// What a stretch gives.
    public struct Reads: Sendable {
        /// FASTQ's text, of each mate.
        public var fastq: [[UInt8]]
        /// The golden alignments by position, none in front of the core.
        public var alignments: [BAMRecord]
        /// The number of fragments.
        public var fragments: Int
        /// The 0-based stretches of the core that hold known bases.
        public var known: [Range<Int>]
        /// The 0-based stretches that have a diverged copy.
        public var copies: [Range<Int>]
    }

    private let reference: ReferenceGenome
    private let profile: SequencingProfile
    private let coverage: Double
    private let mixture: SimulatedMixture
    private let seed: UInt64
    private let readGroup: String
    private let reach: Int

    /// Prepares a run; the arguments are ``ReadSimulator``'s.
    public init(
        reference: ReferenceGenome, profile: SequencingProfile, coverage: Double, mixture: SimulatedMixture,
        seed: UInt64, readGroup: String
    ) {
        self.reference = reference
        self.profile = profile
        self.coverage = coverage
        self.mixture = mixture
        self.seed = seed
        self.readGroup = readGroup
        reach =
            profile.lengths.map { Int($0.value(at: 1)) }
            ?? Int(profile.insertMean + 4 * profile.insertDeviation)
    }

    /// The stretches of the reference, or of the regions where there are some, in the reference's order.
    public func stretches(regions: BED?) -> [Stretch] {
        let length = profile.technology.isLong ? max(400_000, 2 * reach) : 200_000
        return reference.contigs.enumerated().flatMap { number, contig -> [Stretch] in
            let ranges = regions.map { $0.ranges[contig.name] ?? [] } ?? [0..<contig.length]
            return ranges.flatMap { range in
                stride(from: range.lowerBound, to: min(range.upperBound, contig.length), by: length).map {
                    Stretch(contig: number, core: $0..<min($0 + length, range.upperBound, contig.length))
                }
            }
        }
    }

    /// Brings a contig's variants into the form that ``reads(of:_:)`` takes.
    public func resolve(_ variants: [Variant], contig: Int) throws(GenomicsError) -> ContigVariants {
        var random = SplitMix64(keys: seed, UInt64(contig), 1)
        let (sample, leftOut) = SampleVariants.resolve(variants, with: &random)
        var own: [Variant] = []
        if mixture.contamination > 0 {
            let name = reference.contigs[contig].name
            for start in stride(from: 0, to: reference.contigs[contig].length, by: 1 << 20) {
                let window = try reference.window(name, start..<(start + (1 << 20)))
                own += DivergedCopy.variants(
                    contig: name, window: window, rate: 0.001, heterozygous: 0.6, random: &random)
            }
            own = SampleVariants.stranger(contig: name, sample: sample, own: own, with: &random)
        }
        return ContigVariants(sample: sample, stranger: own, leftOut: leftOut)
    }

    /// Makes the reads of a stretch.
    public func reads(of stretch: Stretch, _ variants: ContigVariants) throws(GenomicsError) -> Reads {
        let (simulator, window) = try simulator(of: stretch, variants)
        var reads = Reads(
            fastq: profile.technology.isLong ? [[]] : [[], []], alignments: [], fragments: 0,
            known: Self.known(window, stretch.core), copies: simulator.copies)
        for number in 0..<simulator.count {
            guard let fragment = simulator.fragment(number) else { continue }
            reads.fragments += 1
            for (mate, record) in fragment.records.enumerated() { Self.append(record, to: &reads.fastq[mate]) }
            reads.alignments += fragment.aligned(
                contig: stretch.contig, named: reference.contigs[stretch.contig].name, window: window)
        }
        let order = reads.alignments.indices.sorted {
            (reads.alignments[$0].position, $0) < (reads.alignments[$1].position, $1)
        }
        reads.alignments = order.map { reads.alignments[$0] }
        return reads
    }

    /// The simulator of a stretch, and the reference around it.
    public func simulator(
        of stretch: Stretch, _ variants: ContigVariants
    ) throws(GenomicsError) -> (simulator: ReadSimulator, window: ReferenceWindow) {
        let name = reference.contigs[stretch.contig].name
        let margin = 200 + variants.sample.reduce(0) { max($0, $1.reference.utf8.count) }
        let wanted = (stretch.core.lowerBound - margin)..<(stretch.core.upperBound + reach + margin)
        let window = try reference.window(name, wanted)
        func near(_ variants: [Variant]) -> [Variant] { variants.filter { $0.referenceRange.overlaps(window.range) } }
        var seeds = SplitMix64(keys: seed, UInt64(stretch.contig), UInt64(stretch.core.lowerBound), 2)
        // One for the whole contig: reads of two stretches go wrong at the same places.
        var placeSeeds = SplitMix64(keys: seed, UInt64(stretch.contig), 3)
        let simulator = ReadSimulator(
            contig: name, window: window, core: stretch.core, variants: near(variants.sample),
            stranger: near(variants.stranger), profile: profile, coverage: coverage, mixture: mixture,
            seed: seeds.next(), placesSeed: placeSeeds.next(), readGroup: readGroup)
        return (simulator, window)
    }

    private static func append(_ record: BAMRecord, to text: inout [UInt8]) {
        text.append(UInt8(ascii: "@"))
        text.append(contentsOf: record.name)
        text.append(UInt8(ascii: "\n"))
        text.append(contentsOf: record.sequence)
        text.append(contentsOf: Array("\n+\n".utf8))
        text.append(contentsOf: record.qualities.map { $0 + 33 })
        text.append(UInt8(ascii: "\n"))
    }

    private static func known(_ window: ReferenceWindow, _ core: Range<Int>) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        for position in core where Nucleotide.isBase(window[position]) {
            if let last = ranges.last, last.upperBound == position {
                ranges[ranges.count - 1] = last.lowerBound..<(position + 1)
            } else {
                ranges.append(position..<(position + 1))
            }
        }
        return ranges
    }
}

/// Golden alignments of stretches that come in order, brought into the order of a sorted file.
public struct AlignmentMerger: Sendable {
    private var waiting: [BAMRecord] = []

    /// Starts with nothing.
    public init() {}

    /// Takes a stretch's alignments; gives those that nothing can come in front of any more.
    ///
    /// `next` is the first position of the next stretch of the contig; nil where there is none.
    public mutating func add(_ alignments: [BAMRecord], next: Int?) -> [BAMRecord] {
        waiting += alignments
        let order = waiting.indices.sorted { (waiting[$0].position, $0) < (waiting[$1].position, $1) }
        let sorted = order.map { waiting[$0] }
        let count = next.map { next in sorted.firstIndex { Int($0.position) >= next } ?? sorted.count } ?? sorted.count
        waiting = Array(sorted[count...])
        return Array(sorted[..<count])
    }
}
