import Genomics

/// Makes labelled examples from a reference and a truth set: haplotypes, simulated reads, mapping, pileups, labels.
///
/// The genome is cut into windows; every window is simulated on its own with its own seed, coverage and read length, so
/// the set does not depend on how many windows are made side by side.
public struct SimulatedTrainingSet: Sendable {
    /// The stretches that are simulated, 0-based half-open on one contig.
    public let windows: [Range<Int>]

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
    ///   - windows: How many windows at most, spread over the truth's stretch.
    ///   - seed: The seed of everything random.
    public init(
        reference: ReferenceGenome, truth: [Variant], confident: BED, windows limit: Int, seed: UInt64
    ) throws(GenomicsError) {
        guard let first = truth.first, let last = truth.last, let contig = reference.index(of: first.contig) else {
            throw GenomicsError(.referenceMismatch, "the truth set is empty or on a contig that the reference lacks")
        }
        self.reference = reference
        self.contig = contig
        self.truth = truth
        self.confident = confident
        self.seed = seed
        mapper = try ReadMapper(reference: reference, preset: .shortReads)
        let all = stride(
            from: first.position / Self.windowLength * Self.windowLength, to: last.position, by: Self.windowLength
        ).map { $0..<min($0 + Self.windowLength, reference.contigs[contig].length) }
            .filter { window in !Self.heldOut.contains { $0.overlaps(window) } }
        let step = max(1, Double(all.count) / Double(max(1, limit)))
        windows = stride(from: 0.0, to: Double(all.count), by: step).map { all[Int($0)] }
    }

    /// The windows that validate: every tenth.
    ///
    /// No read of one set overlaps a window of the other.
    public static func validates(_ index: Int) -> Bool { index % 10 == 9 }

    /// The split in a sentence, for a model's lineage.
    public static let splitDescription =
        "windows of \(windowLength) bases; every tenth validates and calibrates, the others train; "
        + "GRCh38 chr20:5,040,001-5,090,000 is left out"

    /// The labelled examples of one window.
    public func examples(window index: Int) throws -> ExampleBatch {
        let window = windows[index]
        let name = reference.contigs[contig].name
        var generator = SplitMix64(seed: seed, stream: index)
        let simulator = ReadSimulator(profile: .random(using: &generator))
        let around = (window.lowerBound - 2000)..<(window.upperBound + 2000)
        let bases = try reference.window(name, around)
        let variants = truth.filter { bases.range.contains($0.position - 1) }
        let fragments = try simulator.simulate(bases, contig: name, variants: variants, using: &generator)
        var records: [BAMRecord] = []
        for fragment in fragments { records += try mapper.map(fragment) }
        records = records.filter { Int($0.referenceID) == contig && $0.referenceRange.overlaps(bases.range) }
        records.sort { ($0.position, $0.flags.rawValue) < ($1.position, $1.flags.rawValue) }
        _ = DuplicateMarker().mark(&records)
        let found = caller.process(contig: name, core: window, reference: bases, records: records, regions: nil)
        let labeler = try CandidateLabeler(truth: variants, confident: confident, reference: reference.window)
        let labels = try labeler.labels(for: found.candidates, reference: reference.window)
        return Self.labelled(found, labels)
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
