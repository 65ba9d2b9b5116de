import Events
import Foundation
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
        let start = ContinuousClock.now
        var snapshot = RunSnapshot(totalBytes: 4_000_000)
        #expect(text.line(snapshot, at: start) == "reading, 0 reads")
        (snapshot.reads, snapshot.bytes) = (100_000, 1_000_000)
        snapshot.stages["align"] = .init(done: 3)
        #expect(
            text.line(snapshot, at: start + .seconds(2))
                == "reading 25 %, 100.0k of about 400.0k reads, 50.0k/s, 6 s left to read · align 3")
        snapshot.isRead = true
        snapshot.stages["align"] = .init(done: 20, expected: 20)
        snapshot.stages["encode"] = .init(done: 2, expected: 12)
        #expect(text.line(snapshot, at: start + .seconds(3)) == "100.0k reads · encode 2 of 12")
        snapshot.stages["encode"] = .init(done: 4, expected: 12)
        #expect(text.line(snapshot, at: start + .seconds(4)) == "100.0k reads · encode 4 of 12, 4 s left")
    }
}
