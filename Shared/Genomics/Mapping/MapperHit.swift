import CMinimap2

/// One place where a read aligns, in the read's own direction.
struct MapperHit {
    /// The contig of the reference.
    let contig: Int
    /// 0-based, half-open, on the contig.
    let range: Range<Int>
    /// 0-based, half-open, on the read as it was sequenced.
    private(set) var query: Range<Int>
    private(set) var isReverse: Bool
    /// The one alignment that stands for the read; the others are parts of a chimeric read.
    let isPrimary: Bool
    let isProperPair: Bool
    let mappingQuality: UInt8
    /// BAM's packed operations along the contig, without clips.
    let cigar: [UInt32]
    let editDistance: Int
    let score: Int

    /// Nil for secondary alignments, and for those that were not extended to a CIGAR.
    init?(_ region: mm_reg1_t, contigs: [Int]) {
        guard region.parent == region.id, let extra = region.p, extra.pointee.n_cigar > 0 else { return nil }
        contig = contigs[Int(region.rid)]
        range = Int(region.rs)..<Int(region.re)
        query = Int(region.qs)..<Int(region.qe)
        isReverse = region.rev != 0
        isPrimary = region.sam_pri != 0
        isProperPair = region.proper_frag != 0
        mappingQuality = UInt8(truncatingIfNeeded: region.mapq)
        // The operations follow the fixed part, as C's flexible array member.
        let words = UnsafeRawPointer(extra) + MemoryLayout<mm_extra_t>.size
        cigar = (0..<Int(extra.pointee.n_cigar)).map { words.load(fromByteOffset: 4 * $0, as: UInt32.self) }
        editDistance = Int(region.blen - region.mlen) + Int(extra.pointee.n_ambi)
        score = Int(extra.pointee.dp_score)
    }

    /// Restates a hit of the reverse complement for the read itself; the CIGAR runs along the contig and stays.
    mutating func turn(queryLength: Int) {
        query = (queryLength - query.upperBound)..<(queryLength - query.lowerBound)
        isReverse.toggle()
    }
}
