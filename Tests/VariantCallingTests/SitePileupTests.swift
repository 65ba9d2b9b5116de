import TestSupport
import Testing

@testable import Genomics
@testable import VariantCalling

@Suite("Reads at an allele")
struct SitePileupTests {
    private typealias Fixture = PileupFixture
    private let bases = Fixture.reference(200)
    private var window: ReferenceWindow { ReferenceWindow(start: 0, bases: bases) }
    private var letter: String { Fixture.text([bases[100]]) }
    private var other: String { letter == "A" ? "C" : "A" }

    /// Ten reads over 60..<160, of which the first ones show the other letter at 100.
    private func reads(alternate: Int) -> [BAMRecord] {
        (0..<10).map { index in
            var own = Array(bases[60..<160])
            if index < alternate { own[40] = other.utf8.first ?? 0 }
            return Fixture.read(
                "r\(index)", at: 60, Fixture.text(own), flags: index % 2 == 0 ? [] : .reverse,
                mappingQuality: index < alternate ? 60 : 40)
        }
    }

    private func pileup(_ candidate: Candidate, _ records: [BAMRecord]) -> SitePileup? {
        BinCaller().pileups(at: [candidate], core: 0..<200, reference: window, records: records)[0]
    }

    private func candidate(_ position: Int, _ reference: String, _ alternate: String) -> Candidate {
        Candidate(contig: "c", position: position, reference: reference, alternate: alternate)
    }

    @Test("A proposed allele has the evidence and the picture of the caller")
    func proposed() throws {
        let records = reads(alternate: 4)
        let called = BinCaller().process(contig: "c", core: 0..<200, reference: window, records: records)
        let site = try #require(pileup(candidate(101, letter, other), records))
        #expect(called.candidates == [site.candidate] && called.features == site.features)
        #expect(site.isProposed && site.range == 84..<117 && site.centre == 100)
        #expect(site.reference == Array(bases[84..<117]))
        // The reads for the allele come first.
        #expect(
            site.reads.map(\.support) == Array(repeating: .alternate, count: 4) + Array(repeating: .reference, count: 6)
        )
        let first = try #require(site.reads.first)
        #expect(first.start == 84 && first.cells.count == 33 && first.mappingQuality == 60)
        #expect(
            first.cells[16] == .base(other.utf8.first ?? 0, quality: 30)
                && first.cells[15] == .base(bases[99], quality: 30))
        #expect(site.reads.count(where: \.isReverse) == 5)
    }

    @Test("An allele that too few reads show has counts and a picture, and is not proposed")
    func notProposed() throws {
        let one = try #require(pileup(candidate(101, letter, other), reads(alternate: 1)))
        #expect(!one.isProposed && one.candidate.alternateDepth == 1 && one.candidate.depth == 10)
        let none = try #require(pileup(candidate(101, letter, other), reads(alternate: 0)))
        #expect(!none.isProposed && none.candidate.alternateDepth == 0 && none.candidate.meanAlternateQuality == 0)
        #expect(none.features == none.referenceFeatures)
        #expect(pileup(candidate(101, letter, other), []) == nil)
        #expect(pileup(candidate(301, letter, other), reads(alternate: 4)) == nil)
    }

    @Test("The picture of the reference is that of the same reads without a difference")
    func reference() throws {
        let site = try #require(pileup(candidate(101, letter, other), reads(alternate: 4)))
        let plain = try #require(
            pileup(
                candidate(101, letter, other),
                reads(alternate: 4).map { record in
                    var same = record
                    same = Fixture.read(
                        String(decoding: record.name, as: UTF8.self), at: 60, Fixture.text(bases[60..<160]),
                        flags: record.flags, mappingQuality: record.mappingQuality)
                    return same
                }))
        #expect(site.referenceFeatures == plain.features)
        #expect(site.referenceFeatures != site.features)
    }

    @Test("Insertions and deletions are shown where they are")
    func gaps() throws {
        let short = Fixture.text(bases[60..<100] + bases[102..<160])
        let long = Fixture.text(bases[60..<110]) + "GATTACA" + Fixture.text(bases[110..<160])
        let records =
            (0..<3).map { Fixture.read("d\($0)", at: 60, short, cigar: "40M2D58M") }
            + (0..<3).map { Fixture.read("i\($0)", at: 60, long, cigar: "50M7I50M") }
        let called = BinCaller().process(contig: "c", core: 0..<200, reference: window, records: records).candidates
        let deletion = try #require(called.first { $0.lengthChange == -2 })
        let site = try #require(pileup(deletion, records))
        let first = try #require(site.reads.first)
        #expect(first.support == .alternate)
        #expect(
            first.cells[site.centre - first.start] == .deletion
                && first.cells[site.centre - first.start - 1] != .deletion)
        #expect(site.reads.flatMap(\.insertions.values).map(\.count) == [7, 7, 7])
        #expect(
            (0..<PileupEncoder.valuesPerCandidate).allSatisfy { index in
                // No channel of gaps is left.
                !(12...15).contains(index % PileupEncoder.channels) || site.referenceFeatures[index] == 0
            })
    }
}
