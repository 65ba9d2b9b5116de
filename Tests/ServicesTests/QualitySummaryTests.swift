import Events
import Foundation
import Genomics
import Testing

@testable import helicase_encode
@testable import helicase_report

/// Quality control on its way from encode to the report.
@Suite("Quality control of a run")
struct QualitySummaryTests {
    private static func read(_ number: Int, _ flags: BAMRecord.Flags) -> BAMRecord {
        BAMRecord(
            name: Array("r\(number)".utf8), flags: flags, sequence: Array("ACGTACGTAC".utf8),
            qualities: Array(repeating: UInt8(20 + number), count: 10))
    }

    @Test("What is spilled of reads without a place is their number and their measures, batch after batch")
    func unplaced() throws {
        var sum = UnplacedReads()
        var all: [BAMRecord] = []
        for batch in 0..<3 {
            let records = (0..<5).map { Self.read(5 * batch + $0, [.unmapped, .paired, .firstInPair]) }
            all += records
            try sum.add(spilled: UnplacedReads(records).spilled())
        }
        var quality = QualityControl()
        quality.measure(unplaced: all)
        #expect(sum.count == 15 && sum.quality == quality)
        // A batch that could not be used left nothing.
        try sum.add(spilled: [])
        #expect(sum.count == 15 && sum.quality == quality)
    }

    @Test("The report's summary follows from the measures; what cannot be told is left out")
    func summary() throws {
        var measures = QualityControl()
        measures.measure(
            unplaced: [
                Self.read(0, [.unmapped, .paired, .firstInPair]), Self.read(10, [.unmapped, .paired, .secondInPair]),
                Self.read(1, [.unmapped, .qualityFailed]), Self.read(2, [.secondary]),
            ])
        let calls = Report.Calls(heterozygous: 3, homozygous: 2, transitionsToTransversions: 2.1)
        let stages = [Report.Quality.StageTime(stage: "ingest", units: nil, first: 0, last: 1.5)]
        var known = KnownBases(contigs: [])
        known.add("c", 0..<100)
        known.add("d", 0..<50)
        let quality = Report.Quality(measures, calls: calls, known: known, stages: stages)
        #expect((quality.reads.reads, quality.reads.mapped, quality.reads.paired) == (3, 0, 2))
        #expect((quality.reads.qualityFailed, quality.reads.secondary, quality.reads.bases) == (1, 1, 30))
        #expect(quality.insertSize == nil && quality.mismatchRate == nil && quality.contamination.estimate == nil)
        #expect(quality.depth.targetBases == 150 && quality.depth.mean == 0)
        #expect(quality.depth.basesAtLeast["1"] == 0)
        #expect(quality.firstQualityByCycle == Array(repeating: 20.5, count: 10))
        #expect(quality.lastQualityByCycle == Array(repeating: 30, count: 10))
        #expect(quality.meanBaseQuality == 23.67 && quality.gc == 0.5)
        #expect(quality.heterozygousToHomozygous == 1.5 && quality.transitionsToTransversions == 2.1)
        #expect(quality.sex.verdict == .notDetermined && quality.stages == stages)
    }
}
