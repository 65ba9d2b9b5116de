import Genomics
import Hashing

/// Makes paired reads of a sample whose variants are known, to train and to test calling.
///
/// Two haplotypes are made of the reference and the variants; fragments are drawn from them with uneven coverage, copied
/// by a slipping polymerase (`PolymeraseSlippage`), sometimes doubled or joined, and read with the qualities
/// (``QualityModel``), substitutions, systematic errors and adapters of a profile. Each fragment has its own stream of
/// random numbers, so any part of the run can be made on its own, in any order, with the same bytes.
public struct ReadSimulator: Sendable {
    /// The number of fragments that give the coverage.
    public let count: Int
    /// What is imitated.
    public let profile: SequencingProfile

    private let sample: DiploidSequence
    private let slippage: [PolymeraseSlippage]
    private let sampler: QualitySampler
    private let errorProbabilities: [Double]
    private let difficultPlaces: DifficultPlaces
    private let adapter: [UInt8]
    private let seed: UInt64
    private let tags: [UInt8]

    /// Prepares a run over a stretch of a contig.
    ///
    /// `coverage` is the mean depth of both haplotypes together. Unphased heterozygous variants are put on haplotypes by
    /// the seed.
    public init(
        contig: String, window: ReferenceWindow, variants: [Variant], profile: SequencingProfile, coverage: Double,
        seed: UInt64, readGroup: String = "simulated"
    ) {
        var random = SplitMix64(seed: seed, stream: -1)
        sample = DiploidSequence(contig: contig, window: window, variants: variants, random: &random)
        slippage = sample.haplotypes.map { PolymeraseSlippage($0.bases, scale: profile.slippageScale) }
        sampler = QualitySampler(profile.qualities)
        errorProbabilities = profile.qualities.errorProbabilities.map { min(0.75, $0 * profile.errorScale) }
        difficultPlaces = DifficultPlaces(rate: profile.systematicErrorRate, seed: seed)
        adapter = Array(profile.adapter.utf8)
        let known = window.bases.count(where: Nucleotide.isBase)
        let shortest = sample.haplotypes.map(\.bases.count).min() ?? 0
        count =
            shortest > 2 * profile.readLength
            ? Int(max(0, coverage) * Double(known) / Double(2 * profile.readLength)) : 0
        self.profile = profile
        self.seed = seed
        var tags = BAMTags()
        tags.append("RG", string: readGroup)
        self.tags = tags.bytes
    }

    /// The fragment of a number below ``count``; nil where the reference has too few known bases to draw one.
    public func fragment(_ index: Int) -> SimulatedFragment? {
        // A duplicate is the molecule of an earlier fragment, read anew.
        let original = original(of: index)
        guard let molecule = molecule(original) else { return nil }
        var random = SplitMix64(seed: seed, stream: 3 * index)
        let readScore = random.quickNormal()
        let reads = (0..<2).map { read(molecule, mate: $0, readScore: readScore, with: &random) }
        let name = Array("s\(seed):\(index):\(molecule.origin.lowerBound + 1):\(molecule.haplotype)".utf8)
        let flags: [BAMRecord.Flags] = [[.firstInPair], [.secondInPair]]
        return SimulatedFragment(
            records: zip(reads, flags).map { read, flag in
                BAMRecord(
                    name: name, flags: flag.union([.paired, .unmapped, .mateUnmapped]), sequence: read.bases,
                    qualities: read.qualities, tags: tags)
            }, origin: molecule.origin, haplotype: molecule.haplotype, isReverse: molecule.isReverse,
            isDuplicate: original != index, isChimera: molecule.isChimera)
    }

    /// What goes onto the flow cell: the strand whose start the first mate reads.
    private struct Molecule {
        var bases: [UInt8]
        /// The reference position of each base.
        var positions: [Int32]
        var origin: Range<Int>
        var haplotype: Int
        var isReverse: Bool
        var isChimera: Bool
    }

    /// The number of the fragment that a fragment copies: usually its own.
    private func original(of index: Int) -> Int {
        var random = SplitMix64(seed: seed, stream: 3 * index + 1)
        guard index > 0, random.uniformDouble() < profile.duplicateRate else { return index }
        return original(of: max(0, index - 1 - random.index(below: 64)))
    }

    private func molecule(_ index: Int) -> Molecule? {
        var random = SplitMix64(seed: seed, stream: 3 * index + 2)
        let haplotype = random.index(below: 2)
        let bases = sample.haplotypes[haplotype].bases
        for _ in 0..<200 {
            let length = Int(profile.insertMean + profile.insertDeviation * random.quickNormal())
            guard length >= 40, length < bases.count else { continue }
            let start = random.index(below: bases.count - length + 1)
            let range = start..<(start + length)
            guard isAccepted(range, of: bases, with: &random) else { continue }
            var molecule = copy(range, haplotype, with: &random)
            molecule.isReverse = random.next() & 1 == 1
            if random.uniformDouble() < profile.chimeraRate {
                let other = random.index(below: bases.count - length + 1)
                let tail = copy(other..<(other + length), haplotype, with: &random)
                let cut = 1 + random.index(below: max(1, molecule.bases.count - 1))
                molecule.bases.replaceSubrange(cut..., with: tail.bases)
                molecule.positions.replaceSubrange(cut..., with: tail.positions)
                molecule.isChimera = true
            }
            if molecule.isReverse {
                molecule.bases = molecule.bases.reversed().map(BaseCode.complement)
                molecule.positions.reverse()
            }
            return molecule
        }
        return nil
    }

    /// Coverage swings along the genome and falls towards extreme GC contents; unknown bases are not read.
    private func isAccepted(_ range: Range<Int>, of bases: [UInt8], with random: inout SplitMix64) -> Bool {
        var (gc, unknown) = (0, 0)
        for base in bases[range] {
            switch base {
            case UInt8(ascii: "G"), UInt8(ascii: "C"): gc += 1
            case UInt8(ascii: "A"), UInt8(ascii: "T"): break
            default: unknown += 1
            }
        }
        if unknown * 20 > range.count { return false }
        let distance = Double(gc) / Double(range.count) - 0.42
        // Triangle waves of periods without a common multiple.
        var swing = 0.0
        for period in [613, 3_407, 20_011] {
            let phase = Double(range.lowerBound % period) / Double(period)
            swing += (abs(4 * phase - 2) - 1) / 3
        }
        let weight = max(0.1, 1 - profile.gcBias * distance * distance) * (1 + profile.coverageSwing * swing)
        return random.uniformDouble() * (1 + profile.coverageSwing) < weight
    }

    /// Copies a stretch of a haplotype with the polymerase's errors of length.
    private func copy(_ range: Range<Int>, _ haplotype: Int, with random: inout SplitMix64) -> Molecule {
        let source = sample.haplotypes[haplotype]
        var bases = Array(source.bases[range])
        var positions = Array(source.positions[range])
        let origin = Int(positions[0])..<(Int(positions[positions.count - 1]) + 1)
        // From the end, so that earlier places keep their indices.
        for (tract, change) in slippage[haplotype].changes(in: range, with: &random).reversed() {
            let place = tract.end - range.lowerBound
            if change < 0 {
                bases.removeSubrange((place + change)..<place)
                positions.removeSubrange((place + change)..<place)
            } else {
                let unit = Array(source.bases[(tract.end - tract.unit)..<tract.end])
                bases.insert(contentsOf: (0..<change).map { unit[$0 % unit.count] }, at: place)
                positions.insert(contentsOf: repeatElement(positions[place - 1], count: change), at: place)
            }
        }
        return Molecule(
            bases: bases, positions: positions, origin: origin, haplotype: haplotype, isReverse: false,
            isChimera: false)
    }

    /// Reads a molecule from its start or, as the second mate, from the other strand's.
    private func read(
        _ molecule: Molecule, mate: Int, readScore: Double, with random: inout SplitMix64
    ) -> (bases: [UInt8], qualities: [UInt8]) {
        var qualities: [UInt8] = []
        sampler.draw(profile.readLength, mate: mate, readScore: readScore, with: &random, into: &qualities)
        let isReverse = molecule.isReverse != (mate == 1)
        var bases: [UInt8] = []
        bases.reserveCapacity(profile.readLength + 1)
        // Bad reads stumble more often; the mean over all reads is 1.
        let susceptibility = readScore < -0.5 ? 2.3 : 0.4
        // By how much the qualities have fallen behind a difficult place or a long homopolymer; it wears off.
        var drop = 0.0
        var run = 0
        var next = 0
        while bases.count < profile.readLength {
            let cycle = bases.count
            defer { next += 1 }
            guard next < molecule.bases.count else {
                // Through the fragment into the adapter, and behind it into nothing, which reads as A.
                let offset = next - molecule.bases.count
                let base = offset < adapter.count ? adapter[offset] : UInt8(ascii: "A")
                bases.append(misread(base, qualities[cycle], with: &random))
                continue
            }
            let index = mate == 0 ? next : molecule.bases.count - 1 - next
            let base = mate == 0 ? molecule.bases[index] : BaseCode.complement(ofASCII: molecule.bases[index])
            if random.uniformDouble() < profile.indelRate {
                if random.next() & 1 == 0 { continue }
                bases.append(Nucleotide.letters[random.index(below: 4)])
                if bases.count == profile.readLength { break }
            }
            run = base == bases.last ? run + 1 : 1
            if run >= 8 { drop = min(drop + 1, 10) }
            let place = difficultPlaces[molecule.positions[index], isReverse]
            let isAffected = place.map { random.uniformDouble() < $0.fraction * susceptibility } ?? false
            if let place, isAffected { drop += place.drop }
            qualities[bases.count] = sampler.lowered(qualities[bases.count], by: drop)
            drop *= 0.95
            if let place, isAffected, random.uniformDouble() < 0.8 {
                bases.append(isReverse ? BaseCode.complement(ofASCII: place.base) : place.base)
            } else {
                bases.append(misread(base, qualities[bases.count], with: &random))
            }
        }
        return (bases, qualities)
    }

    private func misread(_ base: UInt8, _ quality: UInt8, with random: inout SplitMix64) -> UInt8 {
        guard random.uniformDouble() < errorProbabilities[Int(min(quality, 63))],
            let code = Nucleotide.code(ofASCII: base)
        else { return base }
        if quality <= 2, random.uniformDouble() < 0.1 { return UInt8(ascii: "N") }
        let draw = random.uniformDouble()
        let (first, second, third) = Self.substitutions[Int(code)]
        return draw < first.1 ? first.0 : draw < first.1 + second.1 ? second.0 : third
    }

    /// What a base is taken for, as often as in the HiSeq reads of NA12878.
    private static let substitutions: [((UInt8, Double), (UInt8, Double), UInt8)] = [
        ((UInt8(ascii: "C"), 0.34), (UInt8(ascii: "T"), 0.37), UInt8(ascii: "G")),
        ((UInt8(ascii: "A"), 0.48), (UInt8(ascii: "T"), 0.34), UInt8(ascii: "G")),
        ((UInt8(ascii: "T"), 0.50), (UInt8(ascii: "A"), 0.34), UInt8(ascii: "C")),
        ((UInt8(ascii: "G"), 0.36), (UInt8(ascii: "A"), 0.36), UInt8(ascii: "C")),
    ]
}
