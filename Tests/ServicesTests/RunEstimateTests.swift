import Events
import Foundation
import Runs
import Testing

/// When a run will be over, and whether anything of it is on its way.
@Suite("Estimates of runs")
struct RunEstimateTests {
    /// A run of steady stages: `reading` seconds of mapping, then `behind` seconds of the rest, 400 batches and 100 shards.
    private func status(
        at elapsed: Double, reading: Double, behind: Double, isSized: Bool = true, isAligned: Bool = false
    ) -> RunStatus {
        let begun = 2.0
        let read = min(1, max(0, (elapsed - begun) / (reading - begun)))
        let done = min(1, max(0, (elapsed - reading) / behind))
        var stages: [RunStatus.StageStatus] = []
        if !isAligned {
            stages.append(
                .init(
                    name: Stage.align, done: Int(400 * read), expected: read >= 1 ? 400 : nil, beganAfter: begun,
                    closedAfter: read >= 1 ? reading : nil))
        }
        if read >= 1 {
            stages.append(.init(name: Stage.encode, done: Int(100 * done), expected: 100, fed: Int(100 * done) * 3))
            stages.append(.init(name: Stage.infer, done: Int(300 * done), expected: nil))
            stages.append(.init(name: Stage.report, done: Int(300 * done), expected: nil))
        }
        // Reading runs somewhat ahead of mapping.
        let sent = min(1, read * 1.05)
        let opened = Date(timeIntervalSince1970: 0)
        return RunStatus(
            run: Identifier(), sample: "S", state: sent >= 1 ? "sealed" : "opened", openedAt: opened,
            sealedAt: sent >= 1 ? opened.addingTimeInterval(reading) : nil, elapsed: elapsed, idle: 0,
            batchesSent: Int(400 * sent), bytesRead: isSized ? Int(1e9 * (isAligned ? read : sent)) : nil,
            bytesInAll: isSized ? 1_000_000_000 : nil, isAligned: isAligned, stages: stages)
    }

    @Test(
        "From a quarter of the way on the end is told within a fifth, with the pace of earlier runs",
        arguments: [(600.0, 300.0), (600.0, 120.0), (120.0, 240.0)])
    func steady(_ reading: Double, _ behind: Double) throws {
        let pace = RunEstimate.Pace(unaligned: behind / (reading - 2), aligned: behind / reading)
        let total = reading + behind
        for isAligned in [false, true] {
            for elapsed in stride(from: total / 4, to: total, by: total / 40) {
                let now = status(at: elapsed, reading: reading, behind: behind, isAligned: isAligned)
                let remaining = try #require(RunEstimate.remaining(now, pace: pace))
                #expect(abs(elapsed + remaining - total) < 0.2 * total, "at \(elapsed) of \(total): \(remaining)")
            }
        }
    }

    @Test("Its own pace counts the more the further a run is: half as fast as earlier runs is noticed")
    func ownPace() throws {
        let now = status(at: 600 + 0.8 * 600, reading: 600, behind: 600)
        let remaining = try #require(RunEstimate.remaining(now, pace: .init(unaligned: 0.5, aligned: 0.5)))
        #expect((80...130).contains(remaining), "\(remaining)")
    }

    @Test(
        "Nothing is said of a stream of unknown size while it is read, nor before anything is done; 0 when it is over")
    func unknown() {
        #expect(RunEstimate.remaining(status(at: 300, reading: 600, behind: 300, isSized: false)) == nil)
        #expect(RunEstimate.remaining(status(at: 1, reading: 600, behind: 300)) == nil)
        var over = status(at: 900, reading: 600, behind: 300)
        over.state = "failed"
        #expect(RunEstimate.remaining(over) == 0)
    }

    @Test("What a run waits for is the first stage that is not through")
    func waitsFor() {
        var now = status(at: 300, reading: 600, behind: 300)
        now.stages[0].done = now.batchesSent
        #expect(now.waitsFor == Stage.ingest)
        now.stages[0].done = 3
        #expect(now.waitsFor == Stage.align)
        now = status(at: 750, reading: 600, behind: 300)
        #expect(now.waitsFor == Stage.encode)
        now.stages[1].done = 100
        now.stages[2].expected = 300
        #expect(now.waitsFor == Stage.infer)
        now.stages[2].done = 300
        #expect(now.waitsFor == Stage.report)
    }
}
