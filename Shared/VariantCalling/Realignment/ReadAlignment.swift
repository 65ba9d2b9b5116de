import CKernels

/// Aligns a part of a read to a haplotype: the least cost, as Phred, and how.
///
/// A banded affine alignment (Gotoh 1982) in whole numbers, anchored where the part begins; mismatches cost what the base's quality
/// says, gaps what ``GapCosts`` says of their place. At the end of a read it may leave the haplotype: what is left over costs a
/// clip and a random base's probability for each base.
struct ReadAlignment {
    /// How each base of the part stands: at a place of the haplotype, or between two.
    enum Operation {
        case match
        case insertion
        case deletion
        case clip
    }

    private var scratch: [Int32] = []
    private var moves: [UInt8] = []
    private var band = (low: 0, width: 0)
    private var start = 0
    private var end = (read: 0, haplotype: 0)

    /// Aligns `read` from its first base, which stands at the haplotype's place `start`, or behind it; returns the cost.
    ///
    /// - Parameters:
    ///   - read: Bases as ASCII.
    ///   - mismatch: What a difference costs at each base.
    ///   - haplotype: Bases as ASCII.
    ///   - gaps: What gaps cost at each of them.
    ///   - start: Where the part begins on the haplotype.
    ///   - stop: Where it ends, if it does not end freely: the place behind its last base.
    ///   - band: How far it may leave its diagonal.
    ///   - isTraced: Whether ``operations(of:)`` will be asked for.
    mutating func align(
        _ read: [UInt8], mismatch: [Int32], haplotype: [UInt8], gaps: GapCosts, start: Int, stop: Int?, band: Int,
        isTraced: Bool
    ) -> Int32 {
        let drift = stop.map { $0 - start - read.count } ?? 0
        let (low, high) = (min(0, drift) - band, max(0, drift) + band)
        let width = high - low + 1
        if scratch.count < 6 * (width + 2) { scratch = [Int32](repeating: 0, count: 6 * (width + 2)) }
        if isTraced, moves.count < (read.count + 1) * width {
            moves = [UInt8](repeating: 0, count: (read.count + 1) * width)
        }
        let found = haplotype.withUnsafeBufferPointer { bases in
            gaps.open.withUnsafeBufferPointer { open in
                gaps.extend.withUnsafeBufferPointer { extend in
                    var target = helicase_haplotype(
                        bases: bases.baseAddress, count: Int32(bases.count), open: open.baseAddress,
                        extend: extend.baseAddress, start: Int32(start), stop: Int32(stop ?? -1))
                    return scratch.withUnsafeMutableBufferPointer { scratch in
                        moves.withUnsafeMutableBufferPointer { moves in
                            helicase_align(
                                read, mismatch, Int32(read.count), &target, Int32(low), Int32(width),
                                scratch.baseAddress, isTraced ? moves.baseAddress : nil)
                        }
                    }
                }
            }
        }
        self.band = (low, width)
        self.start = start
        end = (Int(found.read_end), Int(found.haplotype_end))
        return found.cost
    }

    /// The operations of the last alignment, first to last, clipped bases last.
    func operations(of count: Int) -> [Operation] {
        var operations: [Operation] = Array(repeating: .clip, count: count - end.read)
        var (row, place) = (end.read, end.haplotype)
        var state = UInt8(HELICASE_MATCH)
        while row > 0 || Int(state) == HELICASE_DELETION {
            let move = moves[row * band.width + place - row - start - band.low]
            switch Int(state) {
            case HELICASE_MATCH:
                operations.append(.match)
                state = move & 3
                row -= 1
                place -= 1
            case HELICASE_INSERTION:
                operations.append(.insertion)
                state = move >> 2 & 3
                row -= 1
            default:
                operations.append(.deletion)
                state = move >> 4 & 3
                place -= 1
            }
        }
        return operations.reversed()
    }
}
