import Genomics

/// Sweeps over a bin of aligned reads and finds its candidates, their pictures and what was callable.
///
/// The working memory is that of one window of ``windowLength`` positions and of the results, however large the bin is.
/// The result is a function of the set of records; their order changes nothing.
public struct BinCaller: Sendable {
    /// What a bin gives.
    public struct Result: Sendable {
        /// By position, then REF, then ALT; the alleles of a site stand together.
        public var candidates: [Candidate] = []
        /// A picture a candidate, one after the other (see ``CandidateEncoder``).
        public var features: [Float] = []
        /// Where the reads show the reference, of the bin's core; empty unless it was asked for.
        public var blocks: [ReferenceBlock] = []
        /// What was callable in the bin's core.
        public var summary: CallabilitySummary
    }

    /// How far the records must reach beyond the core on both sides, in bases.
    public static let readMargin = 256
    /// How far the reference should reach beyond the core: indels slide over repeats of at most this length.
    public static let referenceMargin = 1024
    /// The positions that are worked on at a time.
    public static let windowLength = 4096

    /// The thresholds.
    public let options: PileupOptions

    let mitochondrion: MitochondrialContig?

    /// Makes a caller with these thresholds; with those for mixtures of molecules on a mitochondrion.
    public init(options: PileupOptions = PileupOptions(), mitochondrion: MitochondrialContig? = nil) {
        self.options = mitochondrion == nil ? options : options.ofMixtures
        self.mitochondrion = mitochondrion
    }

    var finder: CandidateFinder { CandidateFinder(options: options, mitochondrion: mitochondrion) }

    /// Finds the candidates whose VCF position lies in `core` (0-based, half-open) and, if given, that touch `regions`.
    ///
    /// `records` overlap `core` widened by ``readMargin`` and lie on `contig`; sorted by position they are fastest.
    /// `reference` covers `core` widened by ``referenceMargin``, as far as the contig goes.
    /// Blocks of the reference are found where `findsBlocks` asks for them.
    public func process(
        contig: String, core: Range<Int>, reference: ReferenceWindow, records: [BAMRecord], regions: BED? = nil,
        findsBlocks: Bool = false
    ) -> Result {
        var result = Result(summary: CallabilitySummary(contig: contig))
        let order = Self.sortedIndices(of: records)
        let uses = records.map { ReadUse($0, minimumMappingQuality: options.minimumMappingQuality) }
        for index in order where core.contains(Int(records[index].position)) { result.summary.reads.add(uses[index]) }

        var next = order.startIndex
        var active: [Int] = []
        for start in stride(from: core.lowerBound, to: core.upperBound, by: Self.windowLength) {
            let stretch = start..<min(start + Self.windowLength, core.upperBound)
            let window = max(0, stretch.lowerBound - Self.readMargin)..<(stretch.upperBound + Self.readMargin)
            active.removeAll { records[$0].referenceRange.upperBound <= window.lowerBound }
            while next < order.endIndex, Int(records[order[next]].position) < window.upperBound {
                let index = order[next]
                next += 1
                guard uses[index] == .evidence || uses[index] == .lowMappingQuality else { continue }
                if records[index].referenceRange.upperBound > window.lowerBound { active.append(index) }
            }
            if let regions, !regions.overlaps(contig, stretch) { continue }
            let evidence = active.filter { uses[$0] == .evidence }
            let pileup =
                evidence.isEmpty
                ? nil
                : PileupWindow(
                    range: window, reference: reference, records: records, indices: evidence,
                    options: options, splitsInsertions: mitochondrion != nil)
            let counts = BaseCounts(range: stretch, in: pileup, minimumBaseQuality: options.minimumBaseQuality)
            summarise(counts, active, records, uses, reference, regions, &result.summary)
            if findsBlocks { addBlocks(counts, reference, regions, to: &result) }
            if let pileup { call(pileup, counts, regions, &result) }
        }
        return result
    }

    private func summarise(
        _ counts: BaseCounts, _ active: [Int], _ records: [BAMRecord], _ uses: [ReadUse],
        _ reference: ReferenceWindow, _ regions: BED?, _ summary: inout CallabilitySummary
    ) {
        var coverage = CoverageCounter(range: counts.range)
        for index in active { coverage.add(records[index], isUsable: uses[index] == .evidence) }
        let contig = summary.contig
        coverage.append(
            to: &summary, reference: reference, counts: counts, minimumDepth: options.minimumCallableDepth
        ) {
            regions?.contains(contig, $0) ?? true
        }
    }

    private func addBlocks(
        _ counts: BaseCounts, _ reference: ReferenceWindow, _ regions: BED?, to result: inout Result
    ) {
        let contig = result.summary.contig
        for position in counts.range {
            guard let base = Nucleotide.code(ofASCII: reference[position]), regions?.contains(contig, position) ?? true
            else { continue }
            result.blocks.add(
                ReferenceBlock(
                    contig: contig, position: position, reads: counts.depth(at: position),
                    ofReference: counts.reads(showing: Int(base), at: position), isMixture: mitochondrion != nil))
        }
    }

    private func call(_ window: PileupWindow, _ counts: BaseCounts, _ regions: BED?, _ result: inout Result) {
        guard window.rows.count >= options.minimumSupport else { return }
        let contig = result.summary.contig
        var candidates = finder.find(in: window, contig: contig, counts: counts)
        if let regions { candidates.removeAll { !regions.overlaps(contig, $0.candidate.affectedRange) } }
        let encoder = CandidateEncoder(window: window, options: options)
        let values = CandidateEncoder.valuesPerCandidate
        var offset = result.features.count
        result.features.append(contentsOf: repeatElement(0, count: candidates.count * values))
        result.features.withUnsafeMutableBufferPointer { features in
            for candidate in candidates {
                encoder.encode(
                    candidate, into: UnsafeMutableBufferPointer(rebasing: features[offset..<(offset + values)]))
                offset += values
            }
        }
        result.candidates += candidates.map(\.candidate)
    }

    private static func sortedIndices(of records: [BAMRecord]) -> [Int] {
        let isSorted = zip(records, records.dropFirst()).allSatisfy { $0.position <= $1.position }
        return isSorted
            ? Array(records.indices) : records.indices.sorted { records[$0].position < records[$1].position }
    }
}
