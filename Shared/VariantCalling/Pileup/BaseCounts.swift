import Genomics

/// How many reads of a pileup show each base, or a deletion, over a stretch: a count a fragment, of bases of sufficient
/// quality.
struct BaseCounts {
    let range: Range<Int>
    // Four bases and the deletion a position.
    private var counts: [Int32]

    init(range: Range<Int>, in window: PileupWindow?, minimumBaseQuality: UInt8) {
        self.range = range
        counts = [Int32](repeating: 0, count: 5 * range.count)
        guard let window else { return }
        for row in window.rows {
            let covered = row.range.clamped(to: range)
            var cell = covered.isEmpty ? 0 : row.cell(covered.lowerBound)
            var slot = 5 * (covered.lowerBound - range.lowerBound)
            for _ in covered {
                let base = window.bases[cell]
                if base <= PileupWindow.Cell.deletion, window.qualities[cell] >= minimumBaseQuality {
                    counts[slot + Int(base)] += 1
                }
                cell += 1
                slot += 5
            }
        }
    }

    /// The reads that show a base, 0 to 3.
    func reads(showing base: Int, at position: Int) -> Int { Int(counts[5 * (position - range.lowerBound) + base]) }

    /// The reads that show any base.
    func bases(at position: Int) -> Int {
        let slot = 5 * (position - range.lowerBound)
        return Int(counts[slot] + counts[slot + 1] + counts[slot + 2] + counts[slot + 3])
    }

    /// The reads that show a base or a deletion.
    func depth(at position: Int) -> Int { bases(at: position) + reads(showing: 4, at: position) }
}
