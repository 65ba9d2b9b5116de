import Genomics

/// Learns a ``SequencingProfile`` from aligned reads, in one pass over a sorted file.
///
/// A position's reads are counted as they come; a read's errors are counted once all reads that overlap it were seen, so that
/// what varies in the sample does not count. Memory holds the reads that overlap the oldest one that is not done.
public final class ProfileLearner {
    /// The kind of reads.
    public let technology: SequencingTechnology
    /// The bases whose errors were counted.
    public var lookedAt: Int { errors.baseCount }
    /// What candidates there are.
    public private(set) var candidates = CandidateCensus()

    var errors = ErrorCensus()
    var qualities: QualityCensus
    var systematic = SystematicCensus()
    var coverage = CoverageCensus()
    var reads = ReadCensus()

    private var reference: LearningReference
    private let truth: [String: [Int: (reference: UInt8, alternate: UInt8)]]
    private let hasTruth: Bool
    private var queue: [BAMRecord] = []
    private var head = 0
    private var loci: [LocusCounts] = []
    private var lociStart = 0
    private var last: Int32 = -1

    /// Begins with nothing.
    ///
    /// - Parameters:
    ///   - reference: What the reads are aligned to.
    ///   - technology: The kind of reads.
    ///   - truth: The sample's variants; positions at which a fifth of the reads differ are left out where it is nil.
    ///   - regions: Where to look; everywhere when nil.
    public init(
        reference: ReferenceGenome, technology: SequencingTechnology, truth: [Variant]?, regions: BED?
    ) {
        self.technology = technology
        qualities = QualityCensus(isLong: technology.isLong)
        self.reference = LearningReference(
            reference: reference, regions: regions, truth: truth, shortestRun: technology.isLong ? 3 : 4)
        hasTruth = truth != nil
        var sites: [String: [Int: (reference: UInt8, alternate: UInt8)]] = [:]
        for variant in truth ?? [] where variant.reference.utf8.count == 1 && variant.alternates.count == 1 {
            guard let from = variant.reference.utf8.first.flatMap(Nucleotide.code(ofASCII:)),
                variant.alternates[0].utf8.count == 1,
                let to = variant.alternates[0].utf8.first.flatMap(Nucleotide.code(ofASCII:)),
                variant.genotype?.copies(of: 1) == 1
            else { continue }
            sites[variant.contig, default: [:]][variant.position - 1] = (from, to)
        }
        self.truth = sites
    }

    /// Takes the next record; `contig` is the index in the reference of the one it lies on.
    ///
    /// Throws where records are not sorted by position.
    public func add(_ record: BAMRecord, contig: Int) throws(GenomicsError) {
        guard !record.flags.contains(.unmapped), !record.flags.contains(.secondary) else {
            reads.countUnused(record)
            return
        }
        if contig != reference.contig {
            try finish()
            reference.begin(contig: contig)
            last = -1
        }
        guard record.position >= last else {
            throw GenomicsError(
                .malformed, "the records are not sorted by position; sort them with `samtools sort`", field: "POS")
        }
        last = record.position
        reads.add(record, technology: technology)
        candidates.reads.all += 1
        if record.mappingQuality == 0 { candidates.reads.unplaced += 1 }
        let isUsable =
            record.mappingQuality >= 20 && record.flags.isDisjoint(with: [.duplicate, .supplementary, .qualityFailed])
            && record.sequenceLength > 0 && record.quality(0) != 0xff
        guard isUsable else { return }
        candidates.ends.all += 2
        candidates.ends.clipped += [record.cigar.first, record.cigar.last].count { $0?.kind == .softClip }
        let isReverse = record.flags.contains(.reverse)
        let string = isReverse ? Array(record.qualities.reversed()) : Array(record.qualities)
        qualities.add(string, mate: record.flags.contains(.secondInPair) ? 1 : 0)
        try advance(to: Int(record.position))
        count(record)
        queue.append(record)
    }

    /// Begins another file, whose records may lie anywhere again.
    public func beginFile() throws(GenomicsError) {
        try finish()
        reference.begin(contig: -1)
    }

    /// Counts what is still waiting.
    public func finish() throws(GenomicsError) {
        try advance(to: .max)
        (queue, head, loci, lociStart) = ([], 0, [], 0)
    }

    /// All reads that begin in front of a position were seen.
    private func advance(to position: Int) throws(GenomicsError) {
        while head < queue.count, queue[head].referenceRange.upperBound <= position {
            try settle(queue[head])
            head += 1
        }
        if head > 512 {
            queue.removeFirst(head)
            head = 0
        }
        let limit = min(position, head < queue.count ? Int(queue[head].position) : .max)
        let done = min(loci.count, max(0, limit - lociStart))
        if loci.isEmpty {
            lociStart = position == .max ? lociStart : position
        } else if done > 4096 || done == loci.count {
            for index in 0..<done { try settle(lociStart + index, loci[index]) }
            loci.removeFirst(done)
            lociStart += done
            if loci.isEmpty, position != .max { lociStart = position }
            if position != .max { reference.drop(before: max(0, lociStart - LearningReference.blockLength)) }
        }
    }

    /// Adds a read to the counts of its positions.
    private func count(_ record: BAMRecord) {
        let range = record.referenceRange
        if loci.isEmpty { lociStart = range.lowerBound }
        let missing = range.upperBound + 1 - lociStart - loci.count
        if missing > 0 { loci.append(contentsOf: repeatElement(LocusCounts(), count: missing)) }
        let isReverse = record.flags.contains(.reverse)
        let strand = isReverse ? 1 : 0
        var (read, place) = (0, range.lowerBound - lociStart)
        for operation in record.cigar {
            let length = Int(operation.length)
            switch operation.kind {
            case .match, .equal, .difference:
                for offset in 0..<length where record.quality(read + offset) >= 10 {
                    if let code = Nucleotide.code(ofASCII: record.base(read + offset)) {
                        loci[place + offset].add(base: code, isReverse: isReverse)
                    }
                }
            case .deletion:
                if place > 0 { loci[place - 1].deletions[strand] &+= 1 }
                for offset in 0..<length { loci[place + offset].deleted &+= 1 }
            case .insertion where place > 0: loci[place - 1].insertions[strand] &+= 1
            default: break
            }
            if operation.kind.consumesRead { read += length }
            if operation.kind.consumesReference { place += length }
        }
    }

    /// Counts the errors of a read all of whose positions are known.
    private func settle(_ record: BAMRecord) throws(GenomicsError) {
        let read = SettledRead(record)
        var block = try reference.block(at: read.range.lowerBound)
        func base(_ position: Int) throws(GenomicsError) -> UInt8? {
            if position < block.start || position >= block.start + block.bases.count {
                block = try reference.block(at: max(0, position))
            }
            let index = position - block.start
            return block.bases.indices.contains(index) ? Nucleotide.code(ofASCII: block.bases[index]) : nil
        }
        var isCovered = [Bool](repeating: false, count: read.range.count)
        var tracts: [RepeatTracts.Tract] = []
        for start in stride(
            from: read.range.lowerBound / LearningReference.blockLength * LearningReference.blockLength,
            to: read.range.upperBound, by: LearningReference.blockLength)
        {
            tracts += try reference.block(at: start).tracts.filter {
                $0.start > read.range.lowerBound && $0.end < read.range.upperBound
            }
        }
        for tract in tracts {
            for place in (tract.start - 1)..<tract.end { isCovered[place - read.range.lowerBound] = true }
            guard let change = read.change(tract), try isQuiet(tract) else { continue }
            errors.add(tract, isReverse: read.isReverse, change: change)
        }
        var (before, current) = (try base(read.range.lowerBound - 1), try base(read.range.lowerBound))
        for position in read.range {
            let behind = try base(position + 1)
            defer { (before, current) = (current, behind) }
            let place = position - read.range.lowerBound
            guard let own = current, try isWanted(position) else { continue }
            if !isCovered[place] { count(read, place) }
            guard let before, let behind, let code = read.code(place), !isSuspicious(position, own) else { continue }
            let context =
                read.isReverse
                ? Int(3 - behind) << 4 | Int(3 - own) << 2 | Int(3 - before)
                : Int(before) << 4 | Int(own) << 2 | Int(behind)
            errors.add(
                context: context, quality: read.quality(place), read: read.isReverse ? 3 - code : code,
                isWrong: code != own)
        }
        reads.bases += read.range.count
    }

    /// Insertions and deletions behind a place that is in no repeat.
    private func count(_ read: SettledRead, _ place: Int) {
        guard read.code(place) != nil, !isSuspicious(indelsAt: read.range.lowerBound + place) else { return }
        errors.plain.chances += 1
        if let inserted = read.inserted[place] {
            errors.plain.insertions += 1
            errors.plain.insertedUnits += inserted
        }
        if let deleted = read.deleted[place] {
            errors.plain.deletions += 1
            errors.plain.deletedUnits += deleted
        }
    }

    private func isWanted(_ position: Int) throws(GenomicsError) -> Bool {
        let block = try reference.block(at: position)
        return !block.isMasked[position - block.start]
    }

    /// Whether nothing of a repeat is known or seen to vary.
    private func isQuiet(_ tract: RepeatTracts.Tract) throws(GenomicsError) -> Bool {
        for position in (tract.start - 1)...tract.end {
            guard try isWanted(position) else { return false }
            // Nanopore reads often agree on a wrong length: there only a truth tells.
            if !hasTruth, technology != .nanopore, isSuspicious(indelsAt: position) { return false }
        }
        return true
    }

    private func locus(_ position: Int) -> LocusCounts? {
        let index = position - lociStart
        return loci.indices.contains(index) ? loci[index] : nil
    }

    /// Whether many reads agree on another base: a variant that is not known, or a place that is systematically misread.
    private func isSuspicious(_ position: Int, _ base: UInt8) -> Bool {
        guard let locus = locus(position) else { return false }
        let count = locus.count(locus.mostFrequent(besides: base))
        return hasTruth
            ? count >= 3 && Double(count) >= 0.1 * Double(locus.depth)
            : count >= 2 && Double(count) >= 0.2 * Double(locus.depth)
    }

    private func isSuspicious(indelsAt position: Int) -> Bool {
        guard !hasTruth, let locus = locus(position) else { return false }
        let count = max(locus.insertions.wrappedSum(), locus.deletions.wrappedSum())
        return count >= 2 && Double(count) >= 0.2 * Double(locus.depth)
    }

    /// Looks at a position all of whose reads were seen.
    private func settle(_ position: Int, _ locus: LocusCounts) throws(GenomicsError) {
        guard locus.depth > 0 else { return }
        let block = try reference.block(at: position)
        let index = position - block.start
        guard block.bases.indices.contains(index), let base = Nucleotide.code(ofASCII: block.bases[index]) else {
            return
        }
        let name = reference.reference.contigs[reference.contig].name
        if let site = truth[name]?[position], reference.regions?.contains(name, position) ?? true {
            candidates.add(heterozygous: locus, reference: site.reference, alternate: site.alternate)
        }
        guard !block.isMasked[index] else { return }
        if !hasTruth, isSuspicious(position, base) || isSuspicious(indelsAt: position) { return }
        let tract = Self.tract(behind: position, block)
        candidates.add(locus, reference: base, kind: CandidateCensus.kind(of: tract))
        systematic.add(locus, reference: base, isInRepeat: tract != nil)
        coverage.add(depth: locus.depth, reference: base)
    }

    /// The repeat that begins behind a position: the longest of them.
    private static func tract(behind position: Int, _ block: LearningReference.Block) -> RepeatTracts.Tract? {
        var (low, high) = (0, block.tracts.count)
        while low < high {
            let middle = (low + high) / 2
            if block.tracts[middle].start <= position { low = middle + 1 } else { high = middle }
        }
        var longest: RepeatTracts.Tract?
        while low < block.tracts.count, block.tracts[low].start == position + 1 {
            if longest.map({ $0.end < block.tracts[low].end }) ?? true { longest = block.tracts[low] }
            low += 1
        }
        return longest
    }
}

extension SIMD2<UInt16> {
    fileprivate func wrappedSum() -> Int { Int(self[0]) + Int(self[1]) }
}
