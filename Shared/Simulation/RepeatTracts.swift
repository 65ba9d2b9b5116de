import Genomics
import Hashing

/// The repeats of a haplotype, whose lengths come out wrong as a profile's ``RepeatErrors`` say.
struct RepeatTracts: Sendable {
    /// A repeat of a haplotype.
    struct Tract: Sendable, Hashable {
        var start: Int
        var end: Int
        var unit: Int
        /// The code of its first base.
        var base: UInt8
        /// By what its rates of insertions and of deletions are multiplied.
        var insertion = 1.0
        var deletion = 1.0

        var copies: Int { (end - start) / unit }
    }

    /// By rising start.
    let tracts: [Tract]
    private let errors: RepeatErrors
    private let scale: Double
    private let longest: Int

    /// Finds the repeats; those of a position of the reference, by `places`, are uneven in all reads alike, by the seed.
    init(_ bases: [UInt8], errors: RepeatErrors, scale: Double, places: [ReferencePlace] = [], seed: UInt64 = 0) {
        self.errors = errors
        self.scale = scale
        var tracts = Self.find(bases, shortestRun: errors.shortestRun, fewestCopies: errors.fewestCopies)
        if errors.unevenness.count > 1, !places.isEmpty {
            for index in tracts.indices {
                let position = places[tracts[index].start].position ?? -1
                var random = SplitMix64(
                    keys: seed, UInt64(UInt32(bitPattern: position)), UInt64(tracts[index].unit), 7)
                tracts[index].insertion = errors.factor(random.uniformDouble())
                tracts[index].deletion = errors.factor(random.uniformDouble())
            }
        }
        self.tracts = tracts
        longest = tracts.reduce(0) { max($0, $1.end - $1.start) }
    }

    /// All repeats of units that are not repeats themselves, by rising start.
    static func find(_ bases: [UInt8], shortestRun: Int, fewestCopies: Int) -> [Tract] {
        var tracts: [Tract] = []
        for unit in 1...RepeatErrors.longestUnit {
            var start = 0
            while start + unit < bases.count {
                var end = start + unit
                while end < bases.count, bases[end] == bases[end - unit] { end += 1 }
                let copies = (end - start) / unit
                if copies >= (unit == 1 ? shortestRun : fewestCopies), isPrimitive(bases, start, unit),
                    let base = Nucleotide.code(ofASCII: bases[start])
                {
                    tracts.append(Tract(start: start, end: end, unit: unit, base: base))
                }
                start = max(start + 1, end - unit + 1)
            }
        }
        return tracts.sorted { ($0.start, $0.unit) < ($1.start, $1.unit) }
    }

    private static func isPrimitive(_ bases: [UInt8], _ start: Int, _ unit: Int) -> Bool {
        !(1..<unit).contains { shorter in
            unit % shorter == 0
                && (start + shorter..<start + unit).allSatisfy { bases[$0] == bases[$0 - shorter] }
        }
    }

    func rates(_ tract: Tract, isReverse: Bool, scale factor: Double = 1) -> RepeatErrors.Rates {
        errors.rates(
            unit: tract.unit, copies: tract.copies, base: isReverse ? 3 - tract.base : tract.base,
            scale: scale * factor, insertion: tract.insertion, deletion: tract.deletion)
    }

    /// The changes to a molecule that covers `range` of the haplotype: where, and how many bases come or go.
    ///
    /// `susceptibility` multiplies the rates of a molecule that is read badly.
    func changes(
        in range: Range<Int>, isReverse: Bool, susceptibility: Double = 1, with random: inout SplitMix64
    ) -> [(tract: Tract, change: Int)] {
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
            guard tract.end <= range.upperBound else { continue }
            let rates = rates(tract, isReverse: isReverse, scale: susceptibility)
            let draw = random.uniformDouble()
            guard draw < rates.insertion + rates.deletion else { continue }
            let isDeletion = draw < rates.deletion
            let further = isDeletion ? rates.furtherDeleted : rates.furtherInserted
            var units = 1
            while units < 40, random.uniformDouble() < further { units += 1 }
            if isDeletion { units = min(units, tract.copies - 1) }
            guard units > 0 else { continue }
            if let last = changes.last, last.tract.end > tract.start { continue }
            changes.append((tract, isDeletion ? -units * tract.unit : units * tract.unit))
        }
        return changes
    }
}
