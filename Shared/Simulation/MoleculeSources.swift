import Genomics
import Hashing

/// The sequences that molecules are drawn from: the haplotypes of the sample, another person's, diverged copies.
struct MoleculeSources: Sendable {
    /// A sequence with its repeats.
    struct Source: Sendable {
        var sequence: DiploidSequence.Haplotype
        var tracts: RepeatTracts
        /// The indices at which molecules may begin.
        var starts: Range<Int>
    }

    let sample: [Source]
    private let contaminant: [Source]
    private let copies: [Source]
    private let mixture: SimulatedMixture

    /// The 0-based stretches that have a copy.
    var copied: [Range<Int>] {
        copies.compactMap { copy in
            let positions = copy.sequence.places.lazy.compactMap(\.position)
            guard let first = positions.first, let last = positions.last else { return nil }
            return Int(first)..<(Int(last) + 1)
        }
    }

    /// Prepares the sources of molecules that begin in `core`.
    init(
        contig: String, window: ReferenceWindow, core: Range<Int>, sample: DiploidSequence, stranger: [Variant]?,
        mixture: SimulatedMixture, profile: SequencingProfile, placesSeed: UInt64, random: inout SplitMix64
    ) {
        self.mixture = mixture
        func source(_ haplotype: DiploidSequence.Haplotype) -> Source {
            Source(
                sequence: haplotype,
                tracts: RepeatTracts(
                    haplotype.bases, errors: profile.repeats, scale: profile.slippageScale, places: haplotype.places,
                    seed: placesSeed),
                starts: haplotype.index(of: core.lowerBound)..<haplotype.index(of: core.upperBound))
        }
        self.sample = sample.haplotypes.map(source)
        if mixture.contamination > 0 {
            let variants =
                stranger
                ?? SampleVariants.stranger(
                    contig: contig, sample: sample.placed,
                    own: DivergedCopy.variants(
                        contig: contig, window: window, rate: 0.001, heterozygous: 0.6, random: &random),
                    with: &random)
            let person = DiploidSequence(contig: contig, window: window, variants: variants, random: &random)
            contaminant = person.haplotypes.map(source)
        } else {
            contaminant = []
        }
        copies =
            mixture.paralogs > 0
            ? DivergedCopy.sequences(
                contig: contig, window: window, core: core, mixture: mixture, isLong: profile.technology.isLong,
                random: &random
            ).map { sequence in
                Source(
                    sequence: sequence,
                    tracts: RepeatTracts(sequence.bases, errors: profile.repeats, scale: profile.slippageScale),
                    starts: 0..<sequence.bases.count)
            } : []
    }

    /// Draws whose a fragment is, and the sequence.
    func draw(with random: inout SplitMix64) -> (kind: SimulatedFragment.Source, number: Int, source: Source) {
        var draw = random.uniformDouble()
        let haplotype = random.index(below: 2)
        if draw < mixture.contamination, !contaminant.isEmpty {
            return (.contamination, haplotype, contaminant[haplotype])
        }
        draw -= mixture.contamination
        if draw >= 0, draw < mixture.paralogs, !copies.isEmpty {
            // By their lengths.
            var rest = random.index(below: copies.reduce(0) { $0 + $1.starts.count })
            for (number, copy) in copies.enumerated() {
                if rest < copy.starts.count { return (.paralog, number, copy) }
                rest -= copy.starts.count
            }
        }
        return (.sample, haplotype, sample[haplotype])
    }
}

/// Diverged copies of stretches of the reference.
enum DivergedCopy {
    /// The copies that give the wanted part of the fragments: stretches with flanks that are found nowhere else.
    static func sequences(
        contig: String, window: ReferenceWindow, core: Range<Int>, mixture: SimulatedMixture, isLong: Bool,
        random: inout SplitMix64
    ) -> [DiploidSequence.Haplotype] {
        // Where a stretch has a copy, as many fragments come from the copy as from the stretch.
        let share = min(0.9, mixture.paralogs / max(0.1, 1 - mixture.paralogs))
        let usual = min(isLong ? 15_000 : 4_000, max(400, core.count / 4))
        let flank = isLong ? 3_000 : 400
        var sequences: [DiploidSequence.Haplotype] = []
        var position = core.lowerBound
        while position < core.upperBound {
            let gap = Int(2 * random.uniformDouble() * Double(usual) * (1 - share) / share)
            let length = usual / 2 + random.index(below: usual)
            let stretch = (position + gap..<position + gap + length).clamped(to: core)
            position += gap + length
            guard stretch.count >= 400, window[stretch].allSatisfy(Nucleotide.isBase) else { continue }
            let part = ReferenceWindow(start: stretch.lowerBound, bases: Array(window[stretch]))
            let (least, most) = (mixture.divergence.lowerBound, mixture.divergence.upperBound)
            let rate = least + (most - least) * random.uniformDouble()
            let changes = variants(contig: contig, window: part, rate: rate, heterozygous: 0, random: &random)
            var sequence = DiploidSequence(contig: contig, window: part, variants: changes, random: &random)
                .haplotypes[0]
            for isEnd in [false, true] {
                let bases = (0..<flank).map { _ in Nucleotide.letters[random.index(below: 4)] }
                let place = isEnd ? sequence.bases.count : 0
                sequence.bases.insert(contentsOf: bases, at: place)
                sequence.places.insert(contentsOf: repeatElement(.nowhere, count: flank), at: place)
            }
            sequences.append(sequence)
        }
        return sequences
    }

    /// Differences at random places: nine substitutions to one insertion or deletion of up to six bases.
    static func variants(
        contig: String, window: ReferenceWindow, rate: Double, heterozygous: Double, random: inout SplitMix64
    ) -> [Variant] {
        var variants: [Variant] = []
        var position = window.range.lowerBound + 1
        while true {
            position += 1 + Int(2 * random.uniformDouble() / rate)
            guard position + 8 < window.range.upperBound else { return variants }
            let base = window[position]
            let other = Nucleotide.letters[random.index(below: 4)]
            let kind = random.index(below: 20)
            let length = 1 + random.index(below: 6)
            let isHeterozygous = random.uniformDouble() < heterozygous
            guard Nucleotide.isBase(base), base != other || kind < 2 else { continue }
            var (reference, alternate) = ([base], [other])
            if kind == 0 { reference = Array(window[position..<(position + length + 1)]) }
            if kind < 2 { alternate = [base] }
            if kind == 1 { alternate += (0..<length).map { _ in Nucleotide.letters[random.index(below: 4)] } }
            guard reference.allSatisfy(Nucleotide.isBase) else { continue }
            variants.append(
                Variant(
                    contig: contig, position: position + 1, reference: String(decoding: reference, as: UTF8.self),
                    alternates: [String(decoding: alternate, as: UTF8.self)],
                    genotype: Genotype(isHeterozygous ? [0, 1] : [1, 1])))
        }
    }
}
