import Genomics
import Hashing

/// Substitutions at random places, two of three of them transitions, as a genome has them.
public enum RandomSubstitutions {
    /// Makes variants about every `spacing` bases, by rising position, none within ten bases of a taken stretch.
    public static func make(
        contig: String, window: ReferenceWindow, spacing: Int, avoiding taken: [Variant], with random: inout SplitMix64
    ) -> [Variant] {
        var blocked = BlockedStretches(taken.map(\.referenceRange))
        var variants: [Variant] = []
        for _ in 0..<(window.bases.count / max(1, spacing)) {
            let place = random.index(below: max(1, window.bases.count - 200)) + 100
            let (kind, isHomozygous, isSecond) = (
                random.index(below: 6), random.index(below: 5) < 2, random.next() & 1 == 1
            )
            guard place < window.bases.count, let old = Nucleotide.code(ofASCII: window.bases[place]) else { continue }
            // A and G, C and T are two apart; the others are at odd distances.
            let new = Int(old) ^ (kind < 4 ? 2 : kind == 4 ? 1 : 3)
            let position = window.start + place
            guard blocked.take((position - 10)..<(position + 11)) else { continue }
            variants.append(
                Variant(
                    contig: contig, position: position + 1,
                    reference: String(decoding: [window.bases[place]], as: UTF8.self),
                    alternates: [String(decoding: [Nucleotide.letters[new]], as: UTF8.self)],
                    genotype: Genotype(isHomozygous ? [1, 1] : isSecond ? [0, 1] : [1, 0])))
        }
        return variants.sorted { $0.position < $1.position }
    }
}
