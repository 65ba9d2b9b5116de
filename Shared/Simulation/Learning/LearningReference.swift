import Genomics

/// The reference under a sweep over alignments, block by block: bases, what is known to vary or not wanted, repeats.
struct LearningReference {
    /// A block of a contig.
    struct Block {
        var start: Int
        var bases: [UInt8]
        /// Whether a position is left out: a variant of the sample, or outside the regions.
        var isMasked: [Bool]
        /// The repeats that begin in the block, by their start.
        var tracts: [RepeatTracts.Tract]
    }

    static let blockLength = 1 << 16
    private static let margin = 512

    let reference: ReferenceGenome
    let regions: BED?
    /// The stretches that the sample's variants change, by contig, rising; nil where they are not known.
    let variants: BED?
    let shortestRun: Int
    private(set) var contig = -1
    private var blocks: [Int: Block] = [:]

    init(reference: ReferenceGenome, regions: BED?, truth: [Variant]?, shortestRun: Int) {
        self.reference = reference
        self.regions = regions
        self.shortestRun = shortestRun
        // A base around each: an indel slides, and its repeat begins beside it.
        variants = truth.map { truth in
            BED(
                truth.map { variant in
                    let range = variant.referenceRange
                    return (variant.contig, max(0, range.lowerBound - 1)..<(range.upperBound + 1))
                })
        }
    }

    mutating func begin(contig number: Int) {
        contig = number
        blocks = [:]
    }

    /// Forgets what lies in front of a position.
    mutating func drop(before position: Int) {
        let first = position / Self.blockLength
        for key in blocks.keys where key < first { blocks[key] = nil }
    }

    mutating func block(at position: Int) throws(GenomicsError) -> Block {
        let number = position / Self.blockLength
        if let block = blocks[number] { return block }
        let block = try make(number)
        blocks[number] = block
        return block
    }

    private func make(_ number: Int) throws(GenomicsError) -> Block {
        let name = reference.contigs[contig].name
        let range = (number * Self.blockLength)..<((number + 1) * Self.blockLength)
        let window = try reference.window(name, (range.lowerBound - Self.margin)..<(range.upperBound + Self.margin))
        let held = range.clamped(to: window.range)
        let tracts = RepeatTracts.find(window.bases, shortestRun: shortestRun, fewestCopies: 3)
            .map { tract -> RepeatTracts.Tract in
                var moved = tract
                moved.start += window.start
                moved.end += window.start
                return moved
            }.filter { range.contains($0.start) }
        var isMasked = [Bool](repeating: false, count: held.count)
        for position in held {
            let isWanted = regions.map { $0.contains(name, position) } ?? true
            isMasked[position - held.lowerBound] = !isWanted || variants?.contains(name, position) == true
        }
        return Block(start: held.lowerBound, bases: Array(window[held]), isMasked: isMasked, tracts: tracts)
    }
}

/// What the reads of a position show.
struct LocusCounts {
    /// Bases of a quality of at least 10: A, C, G, T of the forward strand, then of the reverse.
    var bases = SIMD8<UInt16>()
    /// Reads whose next base along the reference is deleted, and behind which bases are inserted, by strand.
    var deletions = SIMD2<UInt16>()
    var insertions = SIMD2<UInt16>()
    /// Reads in which the position itself is deleted.
    var deleted: UInt16 = 0

    var depth: Int { (0..<8).reduce(Int(deleted)) { $0 + Int(bases[$1]) } }

    func count(_ base: Int) -> Int { Int(bases[base]) + Int(bases[base + 4]) }

    /// The base other than `reference` that most reads show.
    func mostFrequent(besides reference: UInt8?) -> Int {
        (0..<4).filter { reference.map(Int.init) != $0 }.max { count($0) < count($1) } ?? 0
    }

    mutating func add(base: UInt8, isReverse: Bool) { bases[Int(base) + (isReverse ? 4 : 0)] &+= 1 }
}
