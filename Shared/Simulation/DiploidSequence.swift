import Genomics
import Hashing

/// The two haplotypes of a sample over a stretch of the reference, with the way back to the reference.
struct DiploidSequence: Sendable {
    /// A haplotype's bases, and for each the reference position it stands at; inserted bases stand at the base before.
    struct Haplotype: Sendable {
        var bases: [UInt8] = []
        var positions: [Int32] = []
    }

    let haplotypes: [Haplotype]
    /// How many alleles were put in, counted on each haplotype.
    let alleleCount: Int

    /// Puts variants into the window's bases.
    ///
    /// Phased genotypes go where they say; unphased ones are put on haplotypes by `random`. An allele that overlaps one
    /// before it on its haplotype is left out, and so are symbolic alleles, and those that reach out of the window.
    init(contig: String, window: ReferenceWindow, variants: [Variant], random: inout SplitMix64) {
        var edits: [[(range: Range<Int>, bases: ArraySlice<UInt8>)]] = [[], []]
        for variant in variants where variant.contig == contig {
            guard let genotype = variant.genotype, !genotype.alleles.isEmpty else { continue }
            let isTurned = !genotype.isPhased && random.next() & 1 == 1
            for copy in 0..<2 {
                // A haploid call stands on both.
                let side = (isTurned ? 1 - copy : copy) % genotype.alleles.count
                guard let number = genotype.alleles[side], number > 0, number <= variant.alternates.count,
                    let allele = Allele(
                        contig: contig, position: variant.position, reference: variant.reference,
                        alternate: variant.alternates[number - 1])
                else { continue }
                let (range, bases) = allele.trimmed.edit
                let isInside = range.lowerBound > window.range.lowerBound && range.upperBound <= window.range.upperBound
                if isInside { edits[copy].append((range, bases)) }
            }
        }
        var count = 0
        haplotypes = edits.map { edits in
            var haplotype = Haplotype()
            var position = window.range.lowerBound
            func copy(upTo end: Int) {
                haplotype.bases += window[position..<end]
                haplotype.positions += (position..<end).map { Int32(truncatingIfNeeded: $0) }
                position = end
            }
            let order = edits.sorted {
                ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
            }
            var lastInsertion = -1
            for edit in order where edit.range.lowerBound >= position {
                if edit.range.isEmpty, edit.range.lowerBound == lastInsertion { continue }
                copy(upTo: edit.range.lowerBound)
                for (offset, base) in edit.bases.enumerated() {
                    haplotype.bases.append(base)
                    let shown = edit.range.isEmpty ? position - 1 : min(position + offset, edit.range.upperBound - 1)
                    haplotype.positions.append(Int32(truncatingIfNeeded: shown))
                }
                position = edit.range.upperBound
                if edit.range.isEmpty { lastInsertion = edit.range.lowerBound }
                count += 1
            }
            copy(upTo: window.range.upperBound)
            return haplotype
        }
        alleleCount = count
    }
}
