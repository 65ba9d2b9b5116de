import Hashing
import Testing

@testable import Genomics

/// A truth that is spelled otherwise agrees with itself, whatever it is.
@Suite struct RespelledTruthTests {
    /// A source of chance.
    private struct Dice {
        var generator: SplitMix64
        mutating func roll(_ count: Int) -> Int { Int(generator.next() % UInt64(count)) }
    }

    /// An edit of one haplotype: REF at a 0-based position becomes ALT.
    private struct Edit {
        var start: Int
        var from: [UInt8]
        var to: [UInt8]
    }

    private func record(_ edit: Edit, _ genotype: [Int]) -> Variant {
        Variant(
            contig: "c", position: edit.start + 1, reference: String(decoding: edit.from, as: UTF8.self),
            alternates: [String(decoding: edit.to, as: UTF8.self)], genotype: Genotype(genotype))
    }

    @Test(arguments: 0..<40)
    func `A respelled truth is all true`(_ seed: UInt64) throws {
        var dice = Dice(generator: SplitMix64(seed: seed))
        // Two letters and repeats, so that much can be spelled in several ways.
        var reference: [UInt8] = []
        while reference.count < 3_000 {
            let unit = (0...dice.roll(3)).map { _ in Array("ACAT".utf8)[dice.roll(4)] }
            for _ in 0...dice.roll(5) { reference += unit }
        }
        let bases = reference
        let lookup: ReferenceLookup = { _, range throws(GenomicsError) in
            let clamped = range.clamped(to: 0..<bases.count)
            return ReferenceWindow(start: clamped.lowerBound, bases: Array(bases[clamped]))
        }
        var truth: [Variant] = []
        var respelled: [Variant] = []
        var position = 20
        while position < bases.count - 40 {
            let genotype = [[0, 1], [1, 0], [1, 1]][dice.roll(3)]
            let kind = dice.roll(4)
            let length = 1 + dice.roll(4)
            let anchor = bases[position]
            switch kind {
            case 0:
                // An exchange of several bases as such and base by base, which are in cis where they are homozygous.
                let from = Array(bases[position..<(position + length)])
                let to = from.map { base in Array("ACGT".utf8).filter { $0 != base }[dice.roll(3)] }
                let both = length == 1 ? genotype : [1, 1]
                truth.append(record(Edit(start: position, from: from, to: to), both))
                for index in 0..<length {
                    respelled.append(
                        record(Edit(start: position + index, from: [from[index]], to: [to[index]]), both))
                }
            case 1, 2:
                // A deletion or an insertion, moved to the left by the repeat it stands in.
                let inserted = kind == 2 ? bases[(position + 1)..<(position + 1 + length)] : []
                let from = kind == 1 ? Array(bases[position...(position + length)]) : [anchor]
                let original = record(Edit(start: position, from: from, to: [anchor] + inserted), genotype)
                truth.append(original)
                let allele = try #require(
                    Allele(
                        contig: "c", position: original.position, reference: original.reference,
                        alternate: original.alternates[0])
                ).normalized(in: lookup)
                respelled.append(
                    record(Edit(start: allele.start, from: allele.reference, to: allele.alternate), genotype))
            default:
                // Joined with bases of the reference on both sides.
                let other = Array("ACGT".utf8).first { $0 != anchor } ?? anchor
                truth.append(record(Edit(start: position, from: [anchor], to: [other]), genotype))
                let (left, right) = (bases[(position - 3)..<position], bases[(position + 1)..<(position + 4)])
                respelled.append(
                    record(
                        Edit(start: position - 3, from: left + [anchor] + right, to: left + [other] + right), genotype))
            }
            position += 40 + dice.roll(60)
        }
        for (first, second) in [(truth, respelled), (respelled, truth), (truth, truth)] {
            let result = try VariantComparison().compare(
                truth: first, calls: second.shuffled(using: &dice.generator), confident: nil, reference: lookup)
            #expect(result.falsePositives.isEmpty && result.falseNegatives.isEmpty, "\(seed): \(result.table)")
            #expect(result.substitutions.truthTruePositives + result.indels.truthTruePositives == first.count)
        }
    }

    @Test func `Where there are too many ways, the records are counted apart and the rest is compared`() throws {
        // A deletion of one base in a run of them, wherever: any 10 of 60 records agree with any other 10.
        let bases = Array(("ACGTACGTAC" + String(repeating: "CA", count: 200) + "GTACGATCGATTTACG").utf8)
        let lookup: ReferenceLookup = { _, range throws(GenomicsError) in
            let clamped = range.clamped(to: 0..<bases.count)
            return ReferenceWindow(start: clamped.lowerBound, bases: Array(bases[clamped]))
        }
        func deletion(_ start: Int, _ length: Int) -> Variant {
            record(Edit(start: start, from: Array(bases[start...(start + length)]), to: [bases[start]]), [0, 1])
        }
        let end = bases.count - 12
        let single = record(Edit(start: end, from: [bases[end]], to: [UInt8(ascii: "T")]), [0, 1])
        let truth = stride(from: 12, to: 380, by: 10).map { deletion($0, 2 + 2 * ($0 % 3)) } + [single]
        let calls = stride(from: 15, to: 380, by: 7).map { deletion($0, 2 + 2 * ($0 % 4)) } + [single]
        let result = try VariantComparison().compare(truth: truth, calls: calls, confident: nil, reference: lookup)
        #expect(result.tooComplex.count == 1 && result.tooComplex[0].contig == "c", "\(result)")
        #expect(result.omittedTruth == ["tooComplex": truth.count - 1])
        #expect(result.omittedCalls == ["tooComplex": calls.count - 1])
        #expect(result.substitutions.truthTruePositives == 1 && result.falsePositives.isEmpty)
    }
}
