import Genomics

/// What it costs, as Phred, that a read gains or loses bases of its haplotype at each position: little in long repeats.
///
/// The rate grows with each copy of the repeated unit, as slippage of the polymerase and of the base caller does: about a factor
/// of two a base in homopolymers of short reads.
struct GapCosts {
    /// How a read was made.
    enum Technology: Int, CaseIterable {
        case shortReads
        /// Circular consensus, of high quality.
        case accurateLongReads
        /// Single molecules, as of nanopores.
        case noisyLongReads

        /// A read longer than pairs are; its mean quality tells consensus from single molecules.
        init(_ record: BAMRecord) {
            guard record.sequenceLength > 600 else {
                self = .shortReads
                return
            }
            var (sum, count) = (0, 0)
            for index in stride(from: 0, to: record.sequenceLength, by: 16) {
                let quality = record.quality(index)
                if quality == 255 { continue }
                sum += Int(quality)
                count += 1
            }
            self = count > 0 && sum >= 26 * count ? .accurateLongReads : .noisyLongReads
        }
    }

    /// The cost of a first base that comes or goes behind each base of the haplotype.
    let open: [Int32]
    /// The cost of each further base.
    let extend: [Int32]

    init(_ haplotype: [UInt8], technology: Technology) {
        var open = [Int32](repeating: Self.cost(copies: 1, unit: 1, technology), count: haplotype.count)
        var extend = [Int32](repeating: 10, count: haplotype.count)
        for unit in 1...4 {
            var start = 0
            while start + unit < haplotype.count {
                var end = start + unit
                while end < haplotype.count, haplotype[end] == haplotype[end - unit] { end += 1 }
                let copies = (end - start) / unit
                if copies >= (unit == 1 ? 2 : 3) {
                    let cost = Self.cost(copies: copies, unit: unit, technology)
                    // From the base in front of the tract, where left-aligned events open.
                    for place in max(0, start - 1)..<end where cost < open[place] {
                        open[place] = cost
                        extend[place] = Int32(max(2, 9 / unit))
                    }
                }
                start = max(start + 1, end - unit + 1)
            }
        }
        self.open = open
        self.extend = extend
    }

    /// Phred of the rate with which a tract of so many copies changes its length.
    private static func cost(copies: Int, unit: Int, _ technology: Technology) -> Int32 {
        let costs: [Int32]
        switch technology {
        case .shortReads:
            costs =
                unit == 1
                ? [48, 48, 45, 43, 40, 37, 34, 31, 28, 25, 22, 19, 16, 14, 12, 11, 10]
                : [48, 48, 44, 38, 33, 29, 25, 22, 19, 17, 15, 13, 12, 11, 10]
        case .accurateLongReads:
            costs =
                unit == 1
                ? [36, 36, 34, 31, 28, 25, 22, 20, 18, 16, 14, 12, 11, 10, 9, 8, 8]
                : [40, 40, 36, 32, 28, 25, 22, 20, 18, 16, 14, 13, 12, 11, 10]
        case .noisyLongReads:
            costs =
                unit == 1 ? [23, 23, 22, 20, 18, 15, 12, 10, 8, 7, 6, 5, 5] : [25, 25, 22, 20, 18, 16, 14, 12, 11, 10]
        }
        return costs[min(copies, costs.count - 1)]
    }
}
