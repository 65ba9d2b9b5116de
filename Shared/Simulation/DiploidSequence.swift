import Genomics
import Hashing

/// The two haplotypes of a sample over a stretch of the reference, with the way back to the reference.
struct DiploidSequence: Sendable {
    /// A haplotype's bases, and where each stands on the reference.
    struct Haplotype: Sendable {
        var bases: [UInt8] = []
        var places: [ReferencePlace] = []

        /// The index of the first base that stands at a position or behind it.
        func index(of position: Int) -> Int {
            var (low, high) = (0, places.count)
            while low < high {
                let middle = (low + high) / 2
                if Int(places[middle].position ?? 0) < position { low = middle + 1 } else { high = middle }
            }
            return low
        }
    }

    let haplotypes: [Haplotype]
    /// The variants as they were put in: phased, without the alleles that were left out.
    let placed: [Variant]

    /// How many alleles were put in, counted on each haplotype.
    var alleleCount: Int { placed.reduce(0) { $0 + ($1.genotype?.alleles.count { $0 != 0 } ?? 0) } }

    private struct Edit {
        var range: Range<Int>
        var bases: ArraySlice<UInt8>
        var variant: Int
        var allele: Int
    }

    /// Puts variants into the window's bases.
    ///
    /// Phased genotypes go where they say; unphased ones are put on haplotypes by `random`. An allele that overlaps one
    /// before it on its haplotype is left out, and so are symbolic alleles, and those that reach out of the window.
    init(contig: String, window: ReferenceWindow, variants: [Variant], random: inout SplitMix64) {
        var edits: [[Edit]] = [[], []]
        for (number, variant) in variants.enumerated() where variant.contig == contig {
            guard let genotype = variant.genotype, !genotype.alleles.isEmpty else { continue }
            let isTurned = !genotype.isPhased && random.next() & 1 == 1
            for copy in 0..<2 {
                // A haploid call stands on both.
                let side = (isTurned ? 1 - copy : copy) % genotype.alleles.count
                guard let index = genotype.alleles[side], index > 0, index <= variant.alternates.count,
                    let allele = Allele(
                        contig: contig, position: variant.position, reference: variant.reference,
                        alternate: variant.alternates[index - 1])
                else { continue }
                let (range, bases) = allele.trimmed.edit
                let isInside = range.lowerBound > window.range.lowerBound && range.upperBound <= window.range.upperBound
                if isInside { edits[copy].append(Edit(range: range, bases: bases, variant: number, allele: index)) }
            }
        }
        var alleles: [Int: [Int?]] = [:]
        haplotypes = edits.enumerated().map { copy, edits in
            Self.haplotype(window, edits) { alleles[$0.variant, default: [0, 0]][copy] = $0.allele }
        }
        placed = alleles.keys.sorted().map { number in
            var variant = variants[number]
            variant.genotype = Genotype(alleles[number] ?? [], isPhased: true)
            return variant
        }
    }

    private static func haplotype(
        _ window: ReferenceWindow, _ edits: [Edit], applied: (Edit) -> Void
    ) -> Haplotype {
        var haplotype = Haplotype()
        haplotype.bases.reserveCapacity(window.bases.count + 64)
        haplotype.places.reserveCapacity(window.bases.count + 64)
        var position = window.range.lowerBound
        func copy(upTo end: Int) {
            haplotype.bases += window[position..<end]
            for place in position..<end { haplotype.places.append(.at(place)) }
            position = end
        }
        let order = edits.sorted {
            ($0.range.lowerBound, $0.range.upperBound, $0.variant) < (
                $1.range.lowerBound, $1.range.upperBound, $1.variant
            )
        }
        var lastInsertion = -1
        for edit in order where edit.range.lowerBound >= position {
            if edit.range.isEmpty, edit.range.lowerBound == lastInsertion { continue }
            copy(upTo: edit.range.lowerBound)
            for (offset, base) in edit.bases.enumerated() {
                haplotype.bases.append(base)
                let isInserted = offset >= edit.range.count
                haplotype.places.append(
                    isInserted ? .inserted(after: edit.range.upperBound - 1) : .at(position + offset))
            }
            position = edit.range.upperBound
            if edit.range.isEmpty { lastInsertion = edit.range.lowerBound }
            applied(edit)
        }
        copy(upTo: window.range.upperBound)
        return haplotype
    }
}
