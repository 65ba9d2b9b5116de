import TestSupport
import Testing

@testable import Genomics
@testable import VariantCalling

/// Callable is what a caller could use.
@Suite struct CallabilityTests {
    typealias Fixture = PileupFixture
    let bases = Fixture.reference(200)

    private func runs(_ records: [BAMRecord]) -> [String] {
        BinCaller().process(
            contig: "c", core: 50..<170, reference: ReferenceWindow(start: 0, bases: bases), records: records
        ).summary.runs.map { "\($0.start)-\($0.end) \($0.state)" }
    }

    private func reads(
        _ count: Int = 6, cigar: String = "100M", quality: UInt8 = 30, flags: [BAMRecord.Flags] = [[]]
    ) -> [BAMRecord] {
        var (position, sequence) = (60, "")
        for operation in Fixture.cigar(cigar) {
            if operation.kind.consumesRead {
                sequence += Fixture.text(bases[position..<(position + Int(operation.length))])
            }
            position += Int(operation.length)
        }
        return (0..<count).map {
            Fixture.read(
                "r\($0 / flags.count)", at: 60, sequence, cigar: cigar, quality: quality, flags: flags[$0 % flags.count]
            )
        }
    }

    @Test func `An intron that reads skip has no reads`() {
        #expect(
            runs(reads(cigar: "20M60N20M"))
                == [
                    "50-60 noCoverage", "60-80 callable", "80-140 noCoverage", "140-160 callable", "160-170 noCoverage",
                ])
    }

    @Test func `Deleted positions and bases of low quality are covered, but not callable`() {
        #expect(
            runs(reads(cigar: "40M10D50M"))
                == [
                    "50-60 noCoverage", "60-100 callable", "100-110 lowCoverage", "110-160 callable",
                    "160-170 noCoverage",
                ])
        #expect(runs(reads(quality: 2)) == ["50-60 noCoverage", "60-160 lowCoverage", "160-170 noCoverage"])
        #expect(runs(reads(quality: 9)) == runs(reads(quality: 2)))
        #expect(runs(reads(quality: 10)).contains("60-160 callable"))
    }

    @Test func `Overlapping mates are one read`() {
        let ends: [BAMRecord.Flags] = [[.paired, .firstInPair], [.paired, .secondInPair, .reverse]]
        #expect(runs(reads(8, flags: ends)) == ["50-60 noCoverage", "60-160 lowCoverage", "160-170 noCoverage"])
        #expect(runs(reads(10, flags: ends)).contains("60-160 callable"))
    }
}
