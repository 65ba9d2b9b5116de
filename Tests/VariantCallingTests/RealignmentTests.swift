import TestSupport
import Testing

@testable import Genomics
@testable import VariantCalling

/// Reads of active regions, aligned anew to the haplotypes that others spell.
@Suite struct RealignmentTests {
    typealias Fixture = PileupFixture
    /// Without repeats at the places that the tests change.
    private let bases: [UInt8] = {
        var bases = Fixture.reference(300)
        bases.replaceSubrange(140..<160, with: Array("ACGTTGCATCAGGTACCTGA".utf8))
        return bases
    }()
    private var window: ReferenceWindow { ReferenceWindow(start: 0, bases: bases) }

    private func call(_ records: [BAMRecord]) -> BinCaller.Result {
        BinCaller().process(contig: "c", core: 0..<300, reference: window, records: records)
    }

    /// Reads that span a deletion of the six bases behind position 149, as their aligner wrote it, and as many without.
    private func spanning() -> [BAMRecord] {
        let deleted = Fixture.text(bases[100..<150]) + Fixture.text(bases[156..<206])
        return (0..<4).flatMap { index in
            [
                Fixture.read("alt\(index)", at: 100, deleted, cigar: "50M6D50M"),
                Fixture.read("ref\(index)", at: 100, Fixture.text(bases[100..<200])),
            ]
        }
    }

    @Test func `A read's end that its aligner wrote as differences shows the deletion that other reads show`() throws {
        // Four bases of it lie behind the deletion.
        let sequence = Fixture.text(bases[80..<150]) + Fixture.text(bases[156..<160])
        let plain = try #require(call(spanning()).candidates.first { $0.lengthChange == -6 })
        #expect(plain.position == 149 && plain.alternateDepth == 4 && plain.referenceDepth == 4)
        let both = call(
            spanning() + [
                Fixture.read("end", at: 80, sequence), Fixture.read("clipped", at: 80, sequence, cigar: "70M4S"),
            ])
        let deletion = try #require(both.candidates.first { $0.lengthChange == -6 })
        #expect(deletion.alternateDepth == 6 && deletion.referenceDepth == 4)
        // Nor do their differences make other candidates.
        #expect(both.candidates.count == 1)
    }

    @Test func `A deletion of a read's own where its part of a region begins or ends keeps its place`() {
        // The part reaches 30 bases beyond the region on both sides, and the deletion of two bases may lie across its ends.
        let places = Array(110..<130) + Array(175..<200)
        let records = places.map { place in
            let before = place < 150
            let shown =
                before
                ? [60..<place, (place + 2)..<150, 156..<240] : [60..<150, 156..<place, (place + 2)..<240]
            let cigar =
                before
                ? "\(place - 60)M2D\(148 - place)M6D84M" : "90M6D\(place - 156)M2D\(238 - place)M"
            return Fixture.read("own\(place)", at: 60, Fixture.text(shown.flatMap { bases[$0] }), cigar: cigar)
        }
        let pileup = PileupWindow(
            range: 0..<300, reference: window, records: spanning() + records, indices: Array(0..<(8 + records.count)),
            options: PileupOptions())
        #expect(!pileup.placements.isEmpty)
        for row in pileup.rows {
            let differences = row.range.count { position in
                let base = pileup.bases[row.cell(position)]
                return base < PileupWindow.Cell.deletion && Nucleotide.letters[Int(base)] != bases[position]
            }
            #expect(differences == 0, "record \(row.record)")
        }
    }

    @Test func `A clipped read's beginning shows an insertion`() throws {
        let inserted = "GATTACAGGC"
        let whole = Fixture.text(bases[100..<150]) + inserted + Fixture.text(bases[150..<200])
        let spanning = (0..<4).flatMap { index in
            [
                Fixture.read("alt\(index)", at: 100, whole, cigar: "50M10I50M"),
                Fixture.read("ref\(index)", at: 100, Fixture.text(bases[100..<200])),
            ]
        }
        // Begins five bases in front of the insertion.
        let begin = Fixture.read(
            "begin", at: 150, Fixture.text(bases[145..<150]) + inserted + Fixture.text(bases[150..<220]),
            cigar: "15S70M")
        let candidate = try #require(call(spanning + [begin]).candidates.first { $0.lengthChange == 10 })
        #expect(candidate.alternateDepth == 5 && candidate.referenceDepth == 4)
    }

    @Test func `Reads of the reference stay as they are, and the order of the records changes nothing`() {
        var records = spanning() + [Fixture.read("near", at: 60, Fixture.text(bases[60..<155]))]
        let expected = call(records)
        #expect(expected.candidates.first?.referenceDepth == 4)
        records.reverse()
        let turned = call(records)
        #expect(turned.candidates == expected.candidates)
        #expect(turned.features.map(\.bitPattern) == expected.features.map(\.bitPattern))
    }

    /// Costs of whole alignments.
    private func cost(
        _ read: String, _ haplotype: String, start: Int = 0, stop: Int?, technology: GapCosts.Technology = .shortReads
    ) -> (cost: Int32, operations: String) {
        var alignment = ReadAlignment()
        let (read, haplotype) = (Array(read.utf8), Array(haplotype.utf8))
        let cost = alignment.align(
            read, mismatch: Array(repeating: 35, count: read.count), haplotype: haplotype,
            gaps: GapCosts(haplotype, technology: technology), start: start, stop: stop, band: 8, isTraced: true)
        let letters: [ReadAlignment.Operation: String] = [.match: "M", .insertion: "I", .deletion: "D", .clip: "S"]
        return (cost, alignment.operations(of: read.count).compactMap { letters[$0] }.joined())
    }

    @Test func `What an alignment costs, and how it goes`() {
        #expect(cost("GATCA", "GATCA", stop: 5) == (0, "MMMMM"))
        #expect(cost("GATCA", "GAGCA", stop: 5) == (35, "MMMMM"))
        // A gap outside of repeats opens at 48 and goes on at 10.
        #expect(cost("GATCTCAGTC", "GATCAGTC", stop: 8).cost == 58)
        // In front of two bases alike at 45, and goes on at 9 among them.
        #expect(cost("GATAGTC", "GATCCGAGTC", stop: 10) == (64, "MMMDDDMMMM"))
        // In a homopolymer of ten it opens at 22.
        #expect(cost("GAAAAAAAAAC", "GAAAAAAAAAAC", stop: 12).cost == 22)
        // At a read's end the rest may be something else: a clip of 14, and 6 a base.
        let free = cost("GATCAGGTTT", "GATCAACGCG", stop: nil)
        #expect(free.cost == 14 + 6 * 5 && free.operations == "MMMMMSSSSS")
        #expect(cost("ATCAG", "GGATCAGGG", start: 2, stop: nil) == (0, "MMMMM"))
    }

    @Test func `A read that prefers neither allele says nothing, and one that prefers one halves the other`() {
        #expect(GenotypeLikelihood.heterozygous[0] == 0)
        // Half of a read that fits one allele much better: 10 log10 of 2.
        #expect(GenotypeLikelihood.heterozygous[60] == 301)
        #expect(GenotypeLikelihood.heterozygous[10] == 260)  // -10 log10 (0.55)
    }
}
