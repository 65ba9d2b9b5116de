import Foundation
import Hashing
import TestSupport
import Testing

@testable import Genomics
@testable import VariantCalling

@Suite struct BinCallerTests {
    typealias Fixture = PileupFixture
    let bases = Fixture.reference(200)
    var window: ReferenceWindow { ReferenceWindow(start: 0, bases: bases) }

    /// Reads over the whole reference stretch 60..<160, of which some carry `edit`.
    private func reads(_ count: Int, alternate: Int, edit: ([UInt8]) -> (String, String)) -> [BAMRecord] {
        let plain = Array(bases[60..<160])
        return (0..<count).map { index in
            let flags: BAMRecord.Flags = index % 2 == 0 ? [] : .reverse
            if index < alternate {
                let (sequence, cigar) = edit(plain)
                return Fixture.read("alt\(index)", at: 60, sequence, cigar: cigar, flags: flags)
            }
            return Fixture.read("ref\(index)", at: 60, Fixture.text(plain), flags: flags)
        }
    }

    private func call(_ records: [BAMRecord], core: Range<Int> = 0..<200, regions: BED? = nil) -> BinCaller.Result {
        BinCaller().process(contig: "c", core: core, reference: window, records: records, regions: regions)
    }

    private func other(_ base: UInt8) -> UInt8 { base == UInt8(ascii: "A") ? UInt8(ascii: "C") : UInt8(ascii: "A") }

    @Test func `A substitution is counted by allele and strand`() throws {
        let result = call(
            reads(10, alternate: 4) { plain in
                var changed = plain
                changed[40] = other(changed[40])
                return (Fixture.text(changed), "100M")
            })
        let candidate = try #require(result.candidates.first)
        #expect(result.candidates.count == 1)
        #expect(candidate.position == 101)
        #expect(candidate.reference == Fixture.text([bases[100]]))
        #expect(candidate.alternate == Fixture.text([other(bases[100])]))
        #expect(candidate.depth == 10)
        #expect(candidate.referenceDepth == 6 && candidate.referenceForward == 3)
        #expect(candidate.alternateDepth == 4 && candidate.alternateForward == 2)
        #expect(candidate.meanAlternateQuality == 30 && candidate.mappingQuality == 60)
        #expect(result.features.count == CandidateEncoder.valuesPerCandidate)
    }

    @Test func `The picture shows fractions of the depth at the candidate`() throws {
        let alternate = other(bases[100])
        let result = call(
            reads(10, alternate: 4) { plain in
                var changed = plain
                changed[40] = alternate
                return (Fixture.text(changed), "100M")
            })
        let code = Int(try #require(Nucleotide.code(ofASCII: alternate)))
        let reference = Int(try #require(Nucleotide.code(ofASCII: bases[100])))
        func value(_ position: Int, _ channel: Int) -> Float {
            result.features[position * PileupEncoder.channels + channel]
        }
        #expect(value(16, code) == -1 && value(16, reference) == 1)
        #expect(value(16, 4 + code) == 0.2 && value(16, 8 + code) == 0.2)
        #expect(value(16, 4 + reference) == 0.3)
        #expect(value(16, 16) == 0.4 && value(16, 17) == 0.6 && value(16, 18) == 0)
        #expect(value(16, 19) == 1 && value(15, 19) == 0)
        #expect(value(16, 23) == 0.75 && value(16, 25) == 1)
        #expect(value(0, 29) == 0.4 && value(32, 29) == 0.4)
        #expect(abs(value(5, 28) * 8 - Float(log2(11.0))) < 0.002)
        #expect(value(0, 30) == 0)
    }

    @Test func `The same reads in any order give the same bytes`() {
        var records = reads(30, alternate: 12) { plain in
            var changed = plain
            changed[40] = other(changed[40])
            changed.remove(at: 70)
            return (Fixture.text(changed), "70M1D29M")
        }
        let expected = call(records)
        #expect(expected.candidates.count == 2)
        var random = SplitMix64(seed: 1)
        for _ in 0..<5 {
            records.shuffle(using: &random)
            let result = call(records)
            #expect(result.candidates == expected.candidates)
            #expect(result.features.map(\.bitPattern) == expected.features.map(\.bitPattern))
            #expect(result.summary == expected.summary)
        }
    }

    @Test func `A deletion in a homopolymer has one spelling wherever the aligner put it`() throws {
        var bases = Array(self.bases)
        bases.replaceSubrange(100..<108, with: Array("AAAAAAAA".utf8))
        bases[99] = UInt8(ascii: "C")
        bases[108] = UInt8(ascii: "G")
        let window = ReferenceWindow(start: 0, bases: bases)
        var deleted = Array(bases[60..<160])
        deleted.remove(at: 42)
        let cigars = ["40M1D59M", "43M1D56M", "47M1D52M"]
        var records = (0..<6).map {
            Fixture.read("alt\($0)", at: 60, Fixture.text(deleted), cigar: cigars[$0 % 3])
        }
        records += (0..<6).map { Fixture.read("ref\($0)", at: 60, Fixture.text(bases[60..<160])) }
        // Ends inside the homopolymer and cannot tell its length.
        records.append(Fixture.read("short", at: 60, Fixture.text(bases[60..<106])))
        // Its aligner wrote differences behind the homopolymer in place of the deletion.
        let shifted = bases[60..<104] + bases[105..<112]
        records.append(Fixture.read("shifted", at: 60, Fixture.text(shifted)))
        let result = BinCaller().process(contig: "c", core: 0..<200, reference: window, records: records)
        let candidate = try #require(result.candidates.first)
        #expect(result.candidates.count == 1)
        #expect(candidate.position == 100 && candidate.reference == "CA" && candidate.alternate == "C")
        #expect(candidate.alternateDepth == 7 && candidate.referenceDepth == 6 && candidate.depth == 14)
        #expect(candidate.alternateFraction == 7.0 / 13)
        #expect(candidate.repeatLength == 8)
        // Centred on the first deleted base.
        #expect(result.features[16 * PileupEncoder.channels + 12] > 0)
        #expect(result.features[15 * PileupEncoder.channels + 12] == 0)
    }

    @Test func `Mates that insert unknown bases where the reference is unknown are worked through`() {
        var bases = self.bases
        bases.replaceSubrange(100..<bases.count, with: repeatElement(UInt8(ascii: "N"), count: bases.count - 100))
        let sequence = Fixture.text(bases[60..<120]) + "NN" + Fixture.text(bases[120..<140])
        let ends: [BAMRecord.Flags] = [[.paired, .firstInPair], [.paired, .secondInPair, .reverse]]
        let records = ends.map { Fixture.read("pair", at: 60, sequence, cigar: "60M2I20M", flags: $0) }
        let result = BinCaller().process(
            contig: "c", core: 0..<200, reference: ReferenceWindow(start: 0, bases: bases), records: records)
        #expect(result.candidates.isEmpty && result.summary.reads.evidence == 2)
    }

    @Test func `The alleles of a site stand together, each with its own evidence`() throws {
        let plain = Array(bases[60..<160])
        let inserted = Fixture.text(plain[..<40]) + "GG" + Fixture.text(plain[40...])
        let longer = Fixture.text(plain[..<40]) + "GGGGG" + Fixture.text(plain[40...])
        let records =
            (0..<4).map { Fixture.read("a\($0)", at: 60, inserted, cigar: "40M2I60M") }
            + (0..<3).map { Fixture.read("b\($0)", at: 60, longer, cigar: "40M5I60M") }
        let result = call(records)
        #expect(result.candidates.map { $0.alternate.count - 1 } == [2, 5])
        #expect(Set(result.candidates.map(\.position)).count == 1)
        #expect(result.candidates.map(\.alternateDepth) == [4, 3])
        #expect(result.candidates.map(\.otherDepth) == [3, 4])
    }

    @Test func `Overlapping mates count once and disagreeing mates count as little as they know`() {
        let plain = Array(bases[60..<160])
        var changed = plain
        changed[40] = other(changed[40])
        func pair(_ name: String, _ first: [UInt8], _ second: [UInt8], _ quality: UInt8) -> [BAMRecord] {
            [
                Fixture.read(name, at: 60, Fixture.text(first), flags: [.paired, .firstInPair]),
                Fixture.read(
                    name, at: 60, Fixture.text(second), quality: quality, flags: [.paired, .secondInPair, .reverse]),
            ]
        }
        let agreeing = (0..<3).flatMap { pair("agree\($0)", changed, changed, 35) }
        #expect(call(agreeing).candidates.map(\.depth) == [3])
        // The second mate has the better quality, so it stays.
        #expect(call(agreeing).candidates.map(\.alternateForward) == [0])
        // Equal qualities cancel out: no evidence for either base.
        let contradicting = (0..<3).flatMap { pair("differ\($0)", changed, plain, 30) }
        #expect(call(contradicting).candidates.isEmpty)
        // Q30 against Q5 leaves Q25.
        let weak = (0..<3).flatMap { pair("weak\($0)", changed, plain, 5) }
        #expect(call(weak).candidates.map(\.meanAlternateQuality) == [25])
    }

    @Test func `Reads that are no evidence are left out and counted`() {
        let sequence = Fixture.text(bases[60..<160])
        var changed = Array(bases[60..<160])
        changed[40] = other(changed[40])
        let alternate = Fixture.text(changed)
        let records = [
            Fixture.read("1", at: 60, alternate, flags: .duplicate),
            Fixture.read("2", at: 60, alternate, flags: .qualityFailed),
            Fixture.read("3", at: 60, alternate, flags: .secondary),
            Fixture.read("4", at: 60, alternate, flags: .supplementary),
            Fixture.read("5", at: 60, alternate, mappingQuality: 4),
            Fixture.read("6", at: 60, alternate, flags: .unmapped),
            Fixture.read("7", at: 60, alternate, cigar: "99M"),
            Fixture.read("8", at: 60, sequence), Fixture.read("9", at: 60, sequence),
        ]
        let result = call(records)
        #expect(result.candidates.isEmpty)
        var expected = ReadCounts()
        (expected.evidence, expected.unmapped, expected.secondary, expected.duplicate) = (2, 1, 2, 1)
        (expected.qualityFailed, expected.lowMappingQuality, expected.inconsistent) = (1, 1, 1)
        #expect(result.summary.reads == expected)
    }

    @Test func `The summary says what was callable and why not elsewhere`() {
        var bases = self.bases
        for position in 150..<155 { bases[position] = UInt8(ascii: "N") }
        let window = ReferenceWindow(start: 0, bases: bases)
        var records = (0..<6).map { Fixture.read("a\($0)", at: 60, Fixture.text(self.bases[60..<160])) }
        records += (0..<2).map { Fixture.read("b\($0)", at: 40, Fixture.text(bases[40..<50])) }
        records += (0..<2).map { Fixture.read("c\($0)", at: 10, Fixture.text(bases[10..<20]), mappingQuality: 0) }
        let summary = BinCaller().process(contig: "c", core: 5..<180, reference: window, records: records).summary
        #expect(
            summary.runs.map { "\($0.start)-\($0.end) \($0.state)" } == [
                "5-10 noCoverage", "10-20 lowMappingQuality", "20-40 noCoverage", "40-50 lowCoverage",
                "50-60 noCoverage", "60-150 callable", "150-155 referenceUnknown", "155-160 callable",
                "160-180 noCoverage",
            ])
        #expect(summary.bases(.callable) == 95)
        func part(_ core: Range<Int>) -> CallabilitySummary {
            BinCaller().process(contig: "c", core: core, reference: window, records: records).summary
        }
        var joined = part(5..<77)
        joined.append(part(77..<180))
        #expect(joined == summary)
    }

    @Test func `Neighbouring bins share out the candidates and regions restrict them`() {
        let records = reads(10, alternate: 5) { plain in
            var changed = plain
            for index in [10, 40, 70] { changed[index] = other(changed[index]) }
            return (Fixture.text(changed), "100M")
        }
        let whole = call(records)
        let left = call(records, core: 0..<100)
        let right = call(records, core: 100..<200)
        #expect(whole.candidates.count == 3)
        #expect(left.candidates + right.candidates == whole.candidates)
        #expect(left.features + right.features == whole.features)
        let panel = BED([("c", 95..<105)])
        #expect(call(records, regions: panel).candidates.map(\.position) == [101])
        #expect(call(records, regions: panel).summary.bases(.callable) == 10)
    }

    @Test func `Depth is capped by the names of the reads`() throws {
        var options = PileupOptions()
        options.maximumDepth = 20
        let records = reads(300, alternate: 150) { plain in
            var changed = plain
            changed[40] = other(changed[40])
            return (Fixture.text(changed), "100M")
        }
        func capped(_ records: [BAMRecord]) -> [Candidate] {
            BinCaller(options: options).process(contig: "c", core: 0..<200, reference: window, records: records)
                .candidates
        }
        let candidate = try #require(capped(records).first)
        #expect(candidate.depth == 20)
        #expect(capped(records.reversed()) == [candidate])
    }

    @Test func `Records that break their own rules harm nothing`() {
        let sequence = Fixture.text(bases[60..<160])
        let records = [
            Fixture.read("huge", at: 60, sequence, cigar: "50M200000000D50M"),
            Fixture.read("empty", at: 60, "", cigar: "10M"),
            Fixture.read("clipped", at: 60, sequence, cigar: "100S"),
            Fixture.read("inserted", at: 60, sequence, cigar: "100I"),
            Fixture.read("edges", at: 0, sequence, cigar: "5D100M5D"),
            Fixture.read("end", at: 199, sequence),
            Fixture.read("skip", at: 2_000_000_000, sequence, cigar: "50M268435455N50M"),
            Fixture.read("negative", at: -5, sequence),
            Fixture.read("zero", at: 60, sequence, cigar: "0M50M0D0I50M"),
        ]
        #expect(call(records).candidates.isEmpty)
        #expect(call(records + records).summary.contig == "c")
    }

    @Test func `Reads with any CIGAR at any place harm nothing`() {
        var random = SplitMix64(seed: 11)
        let kinds: [CigarOperation.Kind] = [
            .match, .insertion, .deletion, .skip, .softClip, .hardClip, .padding, .equal, .difference,
        ]
        for _ in 0..<200 {
            let records = (0..<12).map { number in
                let cigar = (0..<(1 + random.index(below: 8))).map { _ in
                    CigarOperation(kinds[random.index(below: kinds.count)], UInt32(random.index(below: 30)))
                }
                let length = cigar.reduce(0) { $1.kind.consumesRead ? $0 + Int($1.length) : $0 }
                return BAMRecord(
                    name: "r\(number / 2)".utf8, flags: number % 2 == 0 ? .firstInPair : [.secondInPair, .reverse],
                    referenceID: 0, position: Int32(random.index(below: 220)), mappingQuality: 60, cigar: cigar,
                    sequence: (0..<length).map { _ in Array("ACGTN".utf8)[random.index(below: 5)] },
                    qualities: (0..<length).map { _ in UInt8(random.index(below: 60)) })
            }
            let result = call(records)
            #expect(result.features.allSatisfy { $0.isFinite })
            #expect(call(records.reversed()).features == result.features)
        }
    }
}
