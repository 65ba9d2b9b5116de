import Genomics
import Hashing
import Simulation

/// Makes labelled examples from a reference and a truth set: haplotypes, simulated reads, mapping, pileups, labels.
///
/// The genome is cut into windows; every window is simulated on its own with its own seed, coverage and read length, so
/// the set does not depend on how many windows are made side by side.
public struct SimulatedTrainingSet: Sendable {
    /// The stretches that are simulated, 0-based half-open on one contig.
    private let windows: [Range<Int>]
    /// How often each is simulated.
    private let replicates: Int

    /// The number of batches: every window as often as it is simulated.
    public var count: Int { windows.count * replicates }

    private let reference: ReferenceGenome
    private let contig: Int
    private let mapper: ReadMapper
    private let truth: [Variant]
    private let confident: BED
    private let seed: UInt64
    private let caller = BinCaller()

    /// The bases of a window.
    public static let windowLength = 50_000
    /// Stretches that belong to test sets of the data folder and are left out: the ONT slice of HG002 (GRCh38).
    static let heldOut = [5_040_000..<5_090_000]

    /// Opens the data.
    ///
    /// - Parameters:
    ///   - reference: The reference, which reads are also mapped to.
    ///   - truth: The variants of one sample on one contig.
    ///   - confident: Where the truth is complete.
    ///   - limit: How many windows at most, spread over the truth's stretch.
    ///   - replicates: How often each window is simulated, each time with another kind of sequencer and depth.
    ///   - seed: The seed of everything random.
    public init(
        reference: ReferenceGenome, truth: [Variant], confident: BED, windows limit: Int, replicates: Int,
        seed: UInt64
    ) throws(GenomicsError) {
        guard let first = truth.first, let last = truth.last, let contig = reference.index(of: first.contig) else {
            throw GenomicsError(.referenceMismatch, "the truth set is empty or on a contig that the reference lacks")
        }
        self.reference = reference
        self.contig = contig
        self.truth = truth
        self.confident = confident
        self.seed = seed
        self.replicates = replicates
        mapper = try ReadMapper(reference: reference, preset: .shortReads)
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
        + "quarter gives the figures; GRCh38 chr20:5,040,001-5,090,000 is left out"

    /// The labelled examples of a number below ``count``.
    ///
    /// Every tenth window validates, in all its replicates: no read of one split overlaps a window of the other.
    public func examples(_ index: Int) throws -> ExampleBatch {
        let number = index / replicates
        let window = windows[number]
        let name = reference.contigs[contig].name
        var random = SplitMix64(seed: seed, stream: index)
        let around = (window.lowerBound - Self.surroundings)..<(window.upperBound + Self.surroundings)
        let bases = try reference.window(name, around)
        let variants = truth.filter { bases.range.contains($0.position - 1) }
        let simulator = ReadSimulator(
            contig: name, window: bases, variants: variants, profile: Self.profile(with: &random),
            coverage: Self.coverages.randomElement(using: &random) ?? 30, seed: random.next())
        var records: [BAMRecord] = []
        for number in 0..<simulator.count {
            if let fragment = simulator.fragment(number) { records += try mapper.map(fragment.records) }
        }
        records = records.filter { Int($0.referenceID) == contig && $0.referenceRange.overlaps(bases.range) }
        records.sort { ($0.position, $0.flags.rawValue) < ($1.position, $1.flags.rawValue) }
        _ = DuplicateMarker().mark(&records)
        let found = caller.process(contig: name, core: window, reference: bases, records: records, regions: nil)
        let labeler = try CandidateLabeler(truth: variants, confident: confident, reference: reference.window)
        let labels = try labeler.labels(for: found.candidates, reference: reference.window)
        var batch = Self.labelled(found, labels)
        batch.split = split(index)
        batch.group = Int64(number)
        return batch
    }

    /// What the examples of a number are for.
    public func split(_ index: Int) -> ExampleBatch.Split { index / replicates % 10 == 9 ? .validation : .training }

    /// How far reads are simulated beyond a window.
    private static let surroundings = 2000
    /// Mean depths from a shallow genome to a deep exome; shallow ones are harder and give fewer false candidates a window.
    private static let coverages: [Double] = [6, 8, 10, 12, 14, 16, 20, 25, 30, 35, 40, 50, 60, 80]

    /// A kind of sequencer, with error rates around its usual ones.
    private static func profile(with random: inout SplitMix64) -> SequencingProfile {
        let profiles: [SequencingProfile] = [.hiSeq2000, .hiSeqX, .fourLevels]
        var profile = profiles[Int(random.next() % UInt64(profiles.count))]
        let scale = [0.7, 1, 1, 1.5, 2]
        profile.errorScale = scale.randomElement(using: &random) ?? 1
        profile.slippageScale = scale.randomElement(using: &random) ?? 1
        return profile
    }

    private static func labelled(_ found: BinCaller.Result, _ labels: [Int?]) -> ExampleBatch {
        let values = PileupEncoder.valuesPerCandidate
        var (candidates, features, known): ([Candidate], [Float], [UInt8]) = ([], [], [])
        for (index, label) in labels.enumerated() {
            guard let label else { continue }
            candidates.append(found.candidates[index])
            features += found.features[(index * values)..<((index + 1) * values)]
            known.append(UInt8(label))
        }
        return ExampleBatch(candidates: candidates, features: features, labels: known)
    }
}
