import Hashing
import Testing

@testable import Genomics

/// The search against all ways to keep records, tried one by one.
@Suite struct HaplotypeSearchTests {
    private struct Example {
        var bases: [UInt8]
        var truth: [ComparedRecord] = []
        var calls: [ComparedRecord] = []

        /// A few small records on bases of two letters, so that many spell the same.
        init(seed: UInt64) {
            var generator = SplitMix64(seed: seed)
            func roll(_ count: Int) -> Int { Int(generator.next() % UInt64(count)) }
            bases = (0..<24).map { _ in Array("AAC".utf8)[roll(3)] } + Array("GTGT".utf8)
            let rules = ComparedRecords(
                ploidy: 2, takesAnyGenotype: false, isGenotypeStrict: true, assertsReference: false, keepsPhase: false,
                longestAllele: 100)
            var earlier: [Variant] = []
            for side in 0..<2 {
                for index in 0..<(1 + roll(4)) {
                    let start = 2 + roll(16)
                    let length = 1 + roll(3)
                    let reference = String(decoding: bases[start..<(start + length)], as: UTF8.self)
                    let alternates = (0..<2).map { _ in
                        String(decoding: (0..<(1 + roll(3))).map { _ in Array("AC".utf8)[roll(2)] }, as: UTF8.self)
                    }
                    let genotype = Genotype([[0, 1], [1, 1], [1, 2], [2, 0]][roll(4)])
                    var variant = Variant(
                        contig: "c", position: start + 1, reference: reference, alternates: alternates,
                        genotype: genotype)
                    // Many of the calls are of the truth's alleles, some with another genotype.
                    if side == 1, !earlier.isEmpty, roll(4) > 0 {
                        variant = earlier[roll(earlier.count)]
                        if roll(3) == 0 { variant.genotype = genotype }
                    }
                    earlier.append(variant)
                    guard case .success(let record) = rules.record(variant, index: index),
                        record.orientations.contains(where: { $0.contains { $0 != nil } })
                    else { continue }
                    if side == 0 { truth.append(record) } else { calls.append(record) }
                }
            }
        }

        var reference: ReferenceLookup {
            let bases = bases
            return { _, range throws(GenomicsError) in
                let clamped = range.clamped(to: 0..<bases.count)
                return ReferenceWindow(start: clamped.lowerBound, bases: Array(bases[clamped]))
            }
        }

        /// All pairs of haplotypes that some of the records spell, kept whole, in some order.
        func spellings(_ records: [ComparedRecord], _ kept: Int) -> Set<[[UInt8]]> {
            let chosen = records.indices.filter { kept >> $0 & 1 == 1 }.map { records[$0] }
                .sorted {
                    ($0.range.lowerBound, $0.range.upperBound, $0.index) < (
                        $1.range.lowerBound, $1.range.upperBound, $1.index
                    )
                }
            var partial: [[(bases: [UInt8], end: Int)]] = [[([], 0), ([], 0)]]
            for record in chosen {
                partial = partial.flatMap { pair in
                    record.orientations.compactMap { orientation in
                        var pair = pair
                        for (haplotype, placement) in orientation.enumerated() {
                            guard let placement else { continue }
                            let shift = max(0, pair[haplotype].end - placement.range.lowerBound)
                            if shift > placement.slack { return nil }
                            pair[haplotype].bases += bases[pair[haplotype].end..<(placement.range.lowerBound + shift)]
                            pair[haplotype].bases += placement.bases(shiftedBy: shift)
                            pair[haplotype].end = placement.range.upperBound + shift
                        }
                        return pair
                    }
                }
            }
            return Set(
                partial.map { pair in
                    pair.map { $0.bases + bases[$0.end...] }.sorted { $0.lexicographicallyPrecedes($1) }
                })
        }
    }

    @Test(arguments: 0..<400)
    func `What is kept spells the same, and nothing that keeps more does`(_ seed: UInt64) throws {
        let example = Example(seed: seed)
        var search = HaplotypeSearch(ploidy: 2, isOrdered: false)
        try search.run(truth: example.truth, calls: example.calls, contig: "c", reference: example.reference)
        func mask(_ fates: [HaplotypeSearch.Fate]) -> Int {
            fates.enumerated().reduce(0) { if case .matched = $1.element { $0 | 1 << $1.offset } else { $0 } }
        }
        let found = (truth: mask(search.truthFates), calls: mask(search.callFates))
        let truth = (0..<(1 << example.truth.count)).map { example.spellings(example.truth, $0) }
        let calls = (0..<(1 << example.calls.count)).map { example.spellings(example.calls, $0) }
        #expect(!truth[found.truth].isDisjoint(with: calls[found.calls]))
        // Records that together spell the reference agree with nothing of the other side.
        let unchanged = Set([[example.bases, example.bases]])
        func cancels(_ lists: [Set<[[UInt8]]>], _ kept: Int) -> Bool {
            lists.indices.contains { $0 > 0 && $0 & kept == $0 && !lists[$0].isDisjoint(with: unchanged) }
        }
        var most = 0
        for first in truth.indices where first > 0 && !cancels(truth, first) {
            for second in calls.indices where second > 0 && !cancels(calls, second) {
                let count = first.nonzeroBitCount + second.nonzeroBitCount
                if count > most, !truth[first].isDisjoint(with: calls[second]) { most = count }
            }
        }
        #expect(found.truth.nonzeroBitCount + found.calls.nonzeroBitCount >= most, "\(seed)")
    }
}
