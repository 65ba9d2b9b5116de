import TestSupport
import Testing

@testable import Genomics
@testable import VariantCalling

/// What of a read is evidence, in inputs that aligners and merged lanes write.
@Suite struct PileupEvidenceTests {
    typealias Fixture = PileupFixture
    let bases = Fixture.reference(200)

    private func call(_ records: [BAMRecord]) -> BinCaller.Result {
        BinCaller().process(
            contig: "c", core: 0..<200, reference: ReferenceWindow(start: 0, bases: bases), records: records)
    }

    private func other(_ base: UInt8) -> UInt8 { base == UInt8(ascii: "A") ? UInt8(ascii: "C") : UInt8(ascii: "A") }

    /// A substitution at position 100 in reads of 60..<160.
    private var changed: [UInt8] {
        var changed = Array(bases[60..<160])
        changed[40] = other(changed[40])
        return changed
    }

    @Test func `A mapping quality of 255 is none, and is encoded as a good one`() throws {
        func reads(_ mappingQuality: UInt8) -> [BAMRecord] {
            (0..<6).map { Fixture.read("r\($0)", at: 60, Fixture.text(changed), mappingQuality: mappingQuality) }
        }
        let (unknown, good) = (call(reads(255)), call(reads(60)))
        #expect(unknown.features == good.features)
        #expect(try #require(unknown.candidates.first).mappingQuality == 255)
        // Those that have one are averaged.
        let mixed = call(reads(255) + [Fixture.read("x", at: 60, Fixture.text(changed), mappingQuality: 40)])
        #expect(try #require(mixed.candidates.first).mappingQuality == 40)
        // Above what the networks have seen.
        #expect(call(reads(200)).features == good.features)
        #expect(try #require(call(reads(200)).candidates.first).mappingQuality == 200)
    }

    @Test func `Base qualities above those that the networks were trained on look like the best of them`() {
        func reads(_ quality: UInt8) -> [BAMRecord] {
            (0..<6).map { Fixture.read("r\($0)", at: 60, Fixture.text(changed), quality: quality) }
        }
        #expect(call(reads(90)).features == call(reads(41)).features)
        #expect(call(reads(40)).features != call(reads(41)).features)
    }

    @Test(
        "Neighbouring insertions and deletions are one allele, however they are written",
        arguments: ["40M5D2I55M", "40M2I5D55M", "40M1I5D1I55M", "40M1I2D1X2D55M", "40M1I2D1M2D55M", "40M5D1I1I55M"])
    func delins(_ cigar: String) throws {
        // CCCCA becomes AA: trimmed, CCCC becomes A.
        var bases = self.bases
        bases.replaceSubrange(99..<107, with: Array("GCCCCATG".utf8))
        let window = ReferenceWindow(start: 0, bases: bases)
        let sequence = Fixture.text(bases[60..<100]) + "AA" + Fixture.text(bases[105..<160])
        let reads = (0..<6).map { Fixture.read("r\($0)", at: 60, sequence, cigar: cigar) }
        let reference = (0..<6).map { Fixture.read("s\($0)", at: 60, Fixture.text(bases[60..<160])) }
        let result = BinCaller().process(
            contig: "c", core: 0..<200, reference: window, records: reads + reference)
        let candidate = try #require(result.candidates.first)
        #expect(result.candidates.count == 1)
        #expect(candidate.position == 101 && candidate.reference == "CCCC" && candidate.alternate == "A")
        #expect(candidate.alternateDepth == 6 && candidate.referenceDepth == 6 && candidate.depth == 12)
        #expect(candidate.affectedRange == 100..<104)
        // It is shown as the deletion of three bases.
        let plain = (0..<6).map { number in
            Fixture.read(
                "r\(number)", at: 60, Fixture.text(bases[60..<100] + bases[103..<160]), cigar: "40M3D57M")
        }
        let shown = BinCaller().process(contig: "c", core: 0..<200, reference: window, records: plain + reference)
        func deletions(_ features: [Float]) -> [Float] {
            (0..<33).map { features[$0 * PileupEncoder.channels + 12] }
        }
        #expect(deletions(result.features) == deletions(shown.features))
    }

    @Test func `Events that touch and exchange as many bases are substitutions`() {
        let plain = Array(bases[60..<160])
        var exchanged = plain
        for index in 40..<43 { exchanged[index] = other(exchanged[index]) }
        let spelled = ["100M", "40M3D3I57M", "40M3I3D57M", "40M1I1D1I1D1I1D57M"].map { cigar in
            call((0..<4).map { Fixture.read("r\($0)", at: 60, Fixture.text(exchanged), cigar: cigar) })
        }
        for result in spelled {
            #expect(result.candidates.map(\.position) == [101, 102, 103])
            #expect(result.features == spelled[0].features)
        }
    }

    @Test func `A CIGAR of more operations than a record holds is read from its tag`() throws {
        // 33,000 times a base and an insertion, then the rest.
        let reference = Fixture.reference(40_000)
        let cigar =
            (0..<33_000).flatMap { _ in [CigarOperation(.match, 1), CigarOperation(.insertion, 1)] }
            + [CigarOperation(.match, 100)]
        var sequence = reference[0..<33_000].flatMap { [$0, UInt8(ascii: "N")] } + reference[33_000..<33_100]
        sequence[sequence.count - 50] = other(sequence[sequence.count - 50])
        let (placeholder, tag) = LongCigar.stored(cigar.map(\.packed), readLength: sequence.count)
        let records = (0..<3).map { number in
            BAMRecord(
                name: "r\(number)".utf8, flags: [], referenceID: 0, position: 0, mappingQuality: 60, cigar: placeholder,
                sequence: sequence, qualities: [UInt8](repeating: 30, count: sequence.count), tags: tag)
        }
        #expect(records[0].cigar == cigar)
        #expect(records[0].clippedLengths == (0, 0))
        let result = BinCaller().process(
            contig: "c", core: 33_000..<33_200, reference: ReferenceWindow(start: 0, bases: reference),
            records: records)
        #expect(result.candidates.map(\.position) == [33_051])
        #expect(result.candidates.map(\.alternateDepth) == [3])
        // A tag that does not fit the read says nothing.
        var broken = records[0]
        var tags = BAMTags()
        tags.append("CG", words: Array(cigar.dropLast().map(\.packed)))
        broken.setTags(tags.bytes)
        #expect(ReadUse(broken, minimumMappingQuality: 5) == .inconsistent)
    }

    @Test func `Reads are mates when their flags and places say so, not by their name`() {
        func read(_ flags: BAMRecord.Flags, mate: Int32? = nil) -> BAMRecord {
            var record = Fixture.read("same", at: 60, Fixture.text(changed), flags: flags)
            if let mate { (record.matePosition, record.mateReferenceID) = (mate, 0) }
            return record
        }
        // Two lanes of single reads with one name, or twice the first mate of a pair.
        #expect(call([read([]), read([]), read([])]).candidates.map(\.depth) == [3])
        #expect(call([read([.paired, .firstInPair]), read([.paired, .firstInPair])]).candidates.map(\.depth) == [2])
        let pair = [read([.paired, .firstInPair], mate: 60), read([.paired, .secondInPair, .reverse], mate: 60)]
        #expect(call(pair + pair).candidates.map(\.depth) == [2])
        // Each says that its mate is elsewhere.
        let strangers = [read([.paired, .firstInPair], mate: 9), read([.paired, .secondInPair], mate: 9)]
        #expect(call(strangers).candidates.map(\.depth) == [2])
    }

    @Test func `Where mates overlap in a repeat, the one that spans it stays`() throws {
        var bases = self.bases
        bases.replaceSubrange(99..<109, with: Array("CAAAAAAAAG".utf8))
        let window = ReferenceWindow(start: 0, bases: bases)
        let deleted = Fixture.text(bases[60..<100] + bases[101..<160])
        func pair(_ name: String) -> [BAMRecord] {
            [
                Fixture.read(
                    name, at: 60, deleted, cigar: "40M1D59M", quality: 20, flags: [.paired, .firstInPair]),
                // Of better quality, but it ends within the repeat.
                Fixture.read(
                    name, at: 50, Fixture.text(bases[50..<105]), quality: 40, flags: [.paired, .secondInPair, .reverse]),
            ]
        }
        let result = BinCaller().process(
            contig: "c", core: 0..<200, reference: window, records: (0..<4).flatMap { pair("p\($0)") })
        let candidate = try #require(result.candidates.first)
        #expect(candidate.reference == "CA" && candidate.alternateDepth == 4 && candidate.depth == 4)
    }
}
