import Events
import Foundation
import Runs
import Storage
import TestSupport
import Testing

@testable import helicase
@testable import helicase_report

/// What a report says of input that could not be used, and of how far a run is.
@Suite("What is missing, and how far it is")
struct ReportProblemsTests {
    private func insert(
        _ run: UUID, _ id: String, stage: String = "ingest", file: String? = nil, record: Int? = nil,
        kind: String? = nil,
        message: String, count: Int = 1, places: [Int]? = nil, isLoss: Bool = true, in database: Database
    ) async throws {
        try await database.execute(
            """
            INSERT INTO input_problems
                (run_id, problem_id, stage, file, record, message, kind, occurrences, places, is_loss)
            VALUES (\(run), \(id), \(stage), \(file), \(record), \(message), \(kind), \(count), \(places), \(isLoss))
            """)
    }

    @Test("Losses make sentences, remarks do not; units of later stages that say the same are one problem")
    func sums() async throws {
        let database = try await migratedDatabase()
        let run = try await newRun(in: database)
        try await insert(
            run, "ingest/0", file: "/data/R1.fq", record: 7, kind: "QUAL", message: "too short", count: 12,
            places: [7, 9],
            in: database)
        try await insert(
            run, "ingest/1", file: "/data/R1.fq", kind: "blank", message: "blank lines", isLoss: false, in: database)
        for unit in 0..<5 {
            try await insert(run, "align/\(unit)", stage: "align", message: "no BAM", in: database)
        }
        let problems = try await database.transaction { try await ReportProblems(run: Identifier(run), on: $0) }
        #expect(problems.count == 18)
        #expect(
            problems.missing == ["align: 5 times: no BAM", "R1.fq: 12 records, the first is 7: too short"])
        #expect(problems.listed.map(\.isLoss) == [true, true, false])
        #expect(problems.listed.map(\.count) == [5, 12, nil])
        #expect(problems.listed[1].places == [7, 9] && problems.listed[1].record == 7)
        #expect(problems.listed[2].record == nil && problems.listed[2].places == nil)
        await database.close()
    }

    @Test("A run without problems is final; many kinds of loss make few sentences and say how many more there are")
    func bounds() async throws {
        let database = try await migratedDatabase()
        let run = try await newRun(in: database)
        let none = try await database.transaction { try await ReportProblems(run: Identifier(run), on: $0) }
        #expect(none.missing.isEmpty && none.listed.isEmpty && none.count == 0)
        for number in 0..<150 {
            try await insert(run, "encode/\(number)", stage: "encode", message: "lost \(number)", in: database)
        }
        let many = try await database.transaction { try await ReportProblems(run: Identifier(run), on: $0) }
        #expect(many.count == 150 && many.listed.count == Report.problemLimit)
        #expect(many.missing.count == Report.missingLimit)
        #expect(many.missing.last == "and 131 more kinds of trouble")
        await database.close()
    }

    @Test("Progress is told in reads and in stages, with rates of what was seen")
    func progress() {
        var text = RunProgressText()
        let (start, pace) = (ContinuousClock.now, RunEstimate.Pace(unaligned: 0.5))
        var status = RunStatus(
            run: Identifier(), sample: "S", state: "opened", openedAt: Date(timeIntervalSince1970: 0), elapsed: 0,
            idle: 0,
            batchesSent: 0, bytesInAll: 4_000_000, stages: [])
        #expect(text.line(status, pace: pace, at: start) == "reading, 0 reads")
        (status.readsSoFar, status.bytesRead, status.batchesSent, status.elapsed) = (100_000, 1_000_000, 5, 2)
        status.stages = [.init(name: Stage.align, done: 4, expected: nil)]
        // A fifth of 20 batches in 2 s: 10 s for all of them, and half of that for what comes behind.
        #expect(
            text.line(status, pace: pace, at: start + .seconds(2))
                == "reading 25 %, 100.0k of about 400.0k reads, 50.0k/s · align 4 · about 13 s left")
        (status.state, status.elapsed) = ("sealed", 12)
        status.stages = [
            .init(name: Stage.align, done: 20, expected: 20, closedAfter: 10),
            .init(name: Stage.encode, done: 0, expected: 12),
        ]
        #expect(
            text.line(status, pace: pace, at: start + .seconds(12)) == "100.0k reads · encode 0 of 12 · about 3 s left")
        status.waitingFor = "no version of pileup-caller is in production"
        #expect(
            text.line(status, pace: pace, at: start + .seconds(13))
                == "100.0k reads · encode 0 of 12 · waits: no version of pileup-caller is in production")
    }
}
