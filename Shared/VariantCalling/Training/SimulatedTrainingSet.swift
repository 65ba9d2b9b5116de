import Genomics
import Hashing
import Simulation

/// Makes labelled examples from a reference and a truth set: haplotypes, simulated reads, mapping, pileups, labels.
///
/// Each time another draw of the person's variants (`RedrawnVariants`), with others at random places: no network learns the places by heart.
/// The genome is cut into windows; every window is simulated on its own with its own seed, kind of sequencing, coverage and
/// read length (``TrainingDesign``), so the set does not depend on how many windows are made side by side.
public struct SimulatedTrainingSet: Sendable {
    /// The stretches that are simulated, 0-based half-open on one contig.
    private let windows: [Range<Int>]
    /// How often each is simulated.
    private let replicates: Int

    /// The number of batches: every window as often as it is simulated.
    public var count: Int { windows.count * replicates }

    private let reference: ReferenceGenome
    private let contig: Int
    private let mappers: [SequencingTechnology: ReadMapper]
    private let design: TrainingDesign
    private let truth: [Variant]
    private let seed: UInt64
    private let caller = BinCaller()

    /// The bases of a window.
    public static let windowLength = 50_000
    /// Stretches that test: the ONT slice of HG002 (GRCh38) of the data folder, and a megabase whose reads are simulated.
    static let heldOut = [5_040_000..<5_090_000, 7_000_000..<8_000_000]

    /// Opens the data.
    ///
    /// - Parameters:
    ///   - reference: The reference, which reads are also mapped to.
    ///   - truth: The variants of one sample on one contig.
    ///   - limit: How many windows at most, spread over the truth's stretch.
    ///   - replicates: How often each window is simulated, each time with another kind of sequencer and depth.
    ///   - seed: The seed of everything random.
    ///   - design: Which kinds of reads.
    public init(
        reference: ReferenceGenome, truth: [Variant], windows limit: Int, replicates: Int, seed: UInt64,
        design: TrainingDesign = TrainingDesign()
    ) throws(GenomicsError) {
        guard let first = truth.first, let last = truth.last, let contig = reference.index(of: first.contig) else {
            throw GenomicsError(.referenceMismatch, "the truth set is empty or on a contig that the reference lacks")
        }
        self.reference = reference
        self.contig = contig
        self.truth = truth
        self.seed = seed
        self.replicates = replicates
        self.design = design
        var mappers: [SequencingTechnology: ReadMapper] = [:]
        for kind in SequencingTechnology.allCases where design.technologies[kind] ?? 0 > 0 {
            mappers[kind] = try ReadMapper(reference: reference, preset: kind.preset)
        }
        self.mappers = mappers
        let all = stride(
            from: first.position / Self.windowLength * Self.windowLength, to: last.position, by: Self.windowLength
        ).map { $0..<min($0 + Self.windowLength, reference.contigs[contig].length) }
            .filter { window in !Self.heldOut.contains { $0.overlaps(window) } }
        let step = max(1, Double(all.count) / Double(max(1, limit)))
        windows = stride(from: 0.0, to: Double(all.count), by: step).map { all[Int($0)] }
    }

    /// The split in a sentence, for a model's lineage.
    public static let splitDescription =
        "windows of \(windowLength) bases; nine of ten train, and of the others half choose the epoch, a quarter calibrates and a "
        + "quarter gives the figures; GRCh38 chr20:5,040,001-5,090,000 and chr20:7,000,001-8,000,000 are left out"

    /// A window with its reads, mapped as its kind of sequencing is, and what is true of it.
    public struct Window: Sendable {
        /// The contig's name.
        public var contig: String
        /// The 0-based half-open stretch whose examples are wanted.
        public var core: Range<Int>
        /// The bases of the core and around it, as far as reads were simulated.
        public var reference: ReferenceWindow
        /// The sample's variants as they are in the reads, phased.
        public var truth: [Variant]
        /// The mapped reads by position, duplicates marked.
        public var records: [BAMRecord]
        /// The kind of sequencing.
        public var technology: SequencingTechnology
        /// The mean depth that was wanted.
        public var depth: Double
        /// What the window is for.
        public var split: ExampleBatch.Split
        /// The stretch's number: windows of one number are not independent of each other.
        public var group: Int64
    }

    /// The labelled examples of a number below ``count``.
    ///
    /// Every tenth window validates, in all its replicates: no read of one split overlaps a window of the other.
    public func examples(_ index: Int) throws -> ExampleBatch {
        let window = try window(index)
        let found = caller.process(
            contig: window.contig, core: window.core, reference: window.reference, records: window.records, regions: nil
        )
        // The truth is that of the reads, everywhere.
        let labeler = try CandidateLabeler(truth: window.truth, confident: nil, reference: reference.window)
        let labels = try labeler.labels(for: found.candidates, reference: reference.window)
        var batch = Self.labelled(found, labels)
        batch.split = window.split
        batch.group = window.group
        batch.isRedrawn = true
        batch.sequencing = "\(window.technology.rawValue) \(Int(window.depth))x"
        return batch
    }

    /// The window of a number below ``count``: its reads, and the truth by construction.
    public func window(_ index: Int) throws -> Window {
        let core = windows[index / replicates]
        let name = reference.contigs[contig].name
        var random = SplitMix64(seed: seed, stream: index)
        let draw = design.draw(with: &random)
        let margin = draw.profile.technology.isLong ? Self.longSurroundings : Self.surroundings
        let bases = try reference.window(name, (core.lowerBound - margin)..<(core.upperBound + margin))
        var variants = RedrawnVariants.make(truth.filter { bases.range.contains($0.position - 1) }, with: &random)
        variants += RandomSubstitutions.make(
            contig: name, window: bases, spacing: Self.substitutionSpacing, avoiding: variants, with: &random)
        if let spacing = draw.indelSpacing {
            variants += RandomIndels.make(
                contig: name, window: bases, spacing: spacing, avoiding: variants, with: &random)
        }
        variants.sort { $0.position < $1.position }
        let simulator = ReadSimulator(
            contig: name, window: bases, variants: variants, profile: draw.profile, coverage: draw.depth,
            mixture: draw.mixture, seed: random.next())
        guard let mapper = mappers[draw.profile.technology] else {
            preconditionFailure("a mapper for each kind of sequencing")
        }
        var records: [BAMRecord] = []
        for number in 0..<simulator.count {
            if let fragment = simulator.fragment(number) { records += try mapper.map(fragment.records) }
        }
        records = records.filter { Int($0.referenceID) == contig && $0.referenceRange.overlaps(bases.range) }
        records.sort { ($0.position, $0.flags.rawValue) < ($1.position, $1.flags.rawValue) }
        _ = DuplicateMarker().mark(&records)
        return Window(
            contig: name, core: core, reference: bases, truth: simulator.variants, records: records,
            technology: draw.profile.technology, depth: draw.depth, split: split(index),
            group: Int64(index / replicates))
    }

    /// What the examples of a number are for.
    public func split(_ index: Int) -> ExampleBatch.Split { index / replicates % 10 == 9 ? .validation : .training }

    /// The mean distance of added substitutions: about as many as are left out of the truth.
    private static let substitutionSpacing = 4000
    /// How far reads are simulated beyond a window.
    private static let surroundings = 2000
    /// The same for long reads.
    private static let longSurroundings = 25_000

    /// The most examples of a window: shallow nanopore reads propose thousands, nearly all of them of one kind.
    private static let mostExamples = 600

    /// The labelled candidates; of very many evenly every so manieth, so that their classes stand to each other as they did.
    private static func labelled(_ found: BinCaller.Result, _ labels: [Int?]) -> ExampleBatch {
        let values = CandidateEncoder.valuesPerCandidate
        var (candidates, features, known): ([Candidate], [Float], [UInt8]) = ([], [], [])
        let labelled = labels.indices.filter { labels[$0] != nil }
        let kept = min(labelled.count, mostExamples)
        for number in 0..<kept {
            let index = labelled[number * labelled.count / kept]
            guard let label = labels[index] else { continue }
            candidates.append(found.candidates[index])
            features += found.features[(index * values)..<((index + 1) * values)]
            known.append(UInt8(label))
        }
        return ExampleBatch(candidates: candidates, features: features, labels: known)
    }
}
