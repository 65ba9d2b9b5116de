import Genomics
import Hashing

/// What is read: the strand whose start the first mate reads.
struct Molecule: Sendable {
    var bases: [UInt8]
    /// Where each base stands on the reference.
    var places: [ReferencePlace]
    var origin: Range<Int>
    var haplotype: Int
    var source: SimulatedFragment.Source
    var isReverse: Bool
    var isChimera = false
    /// By how much more often than others it is read wrongly.
    var susceptibility: Double
}

extension ReadSimulator {
    func molecule(susceptibility: Double, with random: inout SplitMix64) -> Molecule? {
        for _ in 0..<200 {
            let (kind, number, source) = sources.draw(with: &random)
            guard let range = range(in: source, with: &random),
                isAccepted(range, of: source.sequence, with: &random)
            else { continue }
            let isReverse = random.next() & 1 == 1
            var (bases, places) = copy(range, source, isReverse, susceptibility, with: &random)
            let positions = places.lazy.compactMap(\.position)
            guard let first = positions.first, let last = positions.last else { continue }
            var molecule = Molecule(
                bases: [], places: [], origin: Int(first)..<(Int(last) + 1), haplotype: number, source: kind,
                isReverse: isReverse, susceptibility: susceptibility)
            if random.uniformDouble() < profile.chimeraRate, let other = self.range(in: source, with: &random) {
                var (tail, tailPlaces) = copy(other, source, isReverse, susceptibility, with: &random)
                // Half of the joins turn the other piece around.
                if random.next() & 1 == 1 {
                    tail = tail.reversed().map(BaseCode.complement)
                    tailPlaces.reverse()
                }
                let cut = 1 + random.index(below: max(1, bases.count - 1))
                bases.replaceSubrange(cut..., with: tail)
                places.replaceSubrange(cut..., with: tailPlaces)
                molecule.isChimera = true
            }
            if isReverse {
                bases = bases.reversed().map(BaseCode.complement)
                places.reverse()
            }
            (molecule.bases, molecule.places) = (bases, places)
            return molecule
        }
        return nil
    }

    /// Where a molecule begins and ends; long ones end with the sequence.
    private func range(in source: MoleculeSources.Source, with random: inout SplitMix64) -> Range<Int>? {
        let count = source.sequence.bases.count
        guard !source.starts.isEmpty else { return nil }
        if let lengths = profile.lengths {
            let length = Int(lengths.value(at: random.uniformDouble()))
            let start = source.starts.lowerBound + random.index(below: source.starts.count)
            let range = start..<min(start + length, count)
            return range.count >= min(200, length) ? range : nil
        }
        let length = Int(profile.insertMean + profile.insertDeviation * random.quickNormal())
        let starts = source.starts.clamped(to: 0..<max(0, count - length + 1))
        guard length >= 40, !starts.isEmpty else { return nil }
        let start = starts.lowerBound + random.index(below: starts.count)
        return start..<(start + length)
    }

    /// Coverage swings along the genome and falls towards extreme GC contents; unknown bases are not read.
    private func isAccepted(
        _ range: Range<Int>, of sequence: DiploidSequence.Haplotype, with random: inout SplitMix64
    ) -> Bool {
        var (gc, unknown) = (0, 0)
        for base in sequence.bases[range] {
            switch base {
            case UInt8(ascii: "G"), UInt8(ascii: "C"): gc += 1
            case UInt8(ascii: "A"), UInt8(ascii: "T"): break
            default: unknown += 1
            }
        }
        if unknown * 20 > range.count { return false }
        let distance = Double(gc) / Double(range.count) - 0.42
        let position = Int(sequence.places[range.lowerBound].position ?? 0)
        // Triangle waves of periods without a common multiple.
        var swing = 0.0
        for period in [613, 3_407, 20_011] {
            let phase = Double(position % period) / Double(period)
            swing += (abs(4 * phase - 2) - 1) / 3
        }
        let weight = max(0.1, 1 - profile.gcBias * distance * distance) * (1 + profile.coverageSwing * swing)
        return random.uniformDouble() * (1 + profile.coverageSwing) < weight
    }

    /// Copies a stretch of a sequence with wrong lengths of repeats, each at the start of its repeat, where mappers show it.
    private func copy(
        _ range: Range<Int>, _ source: MoleculeSources.Source, _ isReverse: Bool, _ susceptibility: Double,
        with random: inout SplitMix64
    ) -> (bases: [UInt8], places: [ReferencePlace]) {
        let sequence = source.sequence
        var (bases, places): ([UInt8], [ReferencePlace]) = ([], [])
        bases.reserveCapacity(range.count + 64)
        places.reserveCapacity(range.count + 64)
        var next = range.lowerBound
        func append(upTo end: Int) {
            guard next < end else { return }
            bases += sequence.bases[next..<end]
            places += sequence.places[next..<end]
            next = end
        }
        let changes = source.tracts.changes(
            in: range, isReverse: isReverse, susceptibility: susceptibility, with: &random)
        for (tract, change) in changes {
            append(upTo: tract.start)
            if change < 0 {
                next = tract.start - change
            } else {
                let place = places.last?.inserted ?? .nowhere
                for offset in 0..<change {
                    // The repeat runs on towards its left.
                    let phase = (offset - change % tract.unit + tract.unit) % tract.unit
                    bases.append(sequence.bases[tract.start + phase])
                    places.append(place)
                }
            }
        }
        append(upTo: range.upperBound)
        return (bases, places)
    }
}
