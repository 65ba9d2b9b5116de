import Genomics
import Hashing

/// Where and how often PCR changes the length of repeats: the main source of false indels in short reads.
///
/// The rate grows by about a factor of two with each base of a homopolymer, from 4 in a million at one base to some
/// percent beyond twelve, as the HiSeq reads of NA12878 show it; repeats of longer units slip by their number of units.
struct PolymeraseSlippage: Sendable {
    /// A repeat of a haplotype.
    struct Tract: Sendable {
        var start: Int
        var end: Int
        var unit: Int
        /// The probability that a fragment shows another length.
        var rate: Double
    }

    /// By rising start.
    let tracts: [Tract]

    init(_ bases: [UInt8], scale: Double) {
        var tracts: [Tract] = []
        for unit in 1...4 {
            var start = 0
            while start + unit < bases.count {
                var end = start + unit
                while end < bases.count, bases[end] == bases[end - unit] { end += 1 }
                let copies = (end - start) / unit
                let isPrimitive =
                    unit == 1
                    || !(1..<unit).contains { shorter in
                        unit % shorter == 0
                            && (start + shorter..<start + unit).allSatisfy { bases[$0] == bases[$0 - shorter] }
                    }
                if copies >= (unit == 1 ? 4 : 3), isPrimitive, Nucleotide.isBase(bases[start]) {
                    let rate = min(0.25, scale * Self.rate(copies: copies, unit: unit))
                    tracts.append(Tract(start: start, end: end, unit: unit, rate: rate))
                }
                start = max(start + 1, end - unit + 1)
            }
        }
        self.tracts = tracts.sorted { ($0.start, $0.unit) < ($1.start, $1.unit) }
    }

    static func rate(copies: Int, unit: Int) -> Double {
        var rate = unit == 1 ? 4e-6 : 2e-6
        for _ in 0..<min(copies, 24) { rate *= unit == 1 ? 1.97 : 2.2 }
        return rate
    }

    /// The changes to a fragment that covers `range` of the haplotype: where, and how many bases come or go.
    func changes(in range: Range<Int>, with random: inout SplitMix64) -> [(tract: Tract, change: Int)] {
        var low = 0
        var high = tracts.count
        while low < high {
            let middle = (low + high) / 2
            if tracts[middle].start < range.lowerBound { low = middle + 1 } else { high = middle }
        }
        var changes: [(tract: Tract, change: Int)] = []
        while low < tracts.count, tracts[low].start < range.upperBound {
            let tract = tracts[low]
            low += 1
            guard tract.end <= range.upperBound, random.uniformDouble() < tract.rate else { continue }
            let draw = random.uniformDouble()
            let units = draw < 0.86 ? 1 : draw < 0.97 ? 2 : 3
            let isDeletion = random.uniformDouble() < 0.6 && units * tract.unit < tract.end - tract.start
            if let last = changes.last, last.tract.end > tract.start { continue }
            changes.append((tract, isDeletion ? -units * tract.unit : units * tract.unit))
        }
        return changes
    }
}
