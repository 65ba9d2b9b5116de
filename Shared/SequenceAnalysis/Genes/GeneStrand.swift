import Genomics

/// One strand of a contig in the direction in which it is read: a base a byte, A 0, C 1, G 2, T 3, and 4 for anything less certain.
struct GeneStrand: Sendable {
    /// The bases.
    let bases: [UInt8]

    /// The forward strand of letters, upper or lower case; what stands for several bases is none.
    init(letters: [UInt8]) {
        bases = letters.map { letter in
            switch BaseCode.nibble(ofASCII: letter) {
            case 1: 0
            case 2: 1
            case 4: 2
            case 8: 3
            default: Self.unknown
            }
        }
    }

    private init(bases: [UInt8]) { self.bases = bases }

    /// The other strand.
    var complement: GeneStrand { GeneStrand(bases: bases.reversed().map { $0 < 4 ? 3 - $0 : $0 }) }

    /// What stands for a base that is not known.
    static let unknown: UInt8 = 4
    /// So many unknown codons in a row are a gap between contigs, where readings end as at a contig's end.
    static let gap = 3

    /// The letters of a part.
    func letters(_ range: Range<Int>) -> String {
        String(decoding: bases[range].map { Array("ACGTN".utf8)[Int($0)] }, as: UTF8.self)
    }
}
