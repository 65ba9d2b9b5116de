import Foundation
import Runs
import Schemas
import Storage
import TestSupport
import Testing

/// How a run knows that a stage is complete.
@Suite("The ledger")
struct LedgerTests {
    @Test("A stage closes once, in the transaction of its last unit, however many work side by side")
    func concurrentUnits() async throws {
        let database = try await migratedDatabase(connections: 10)
        for round in 0..<5 {
            let run = try await newRun(in: database)
            let units = 40
            let closing = try await withThrowingTaskGroup(of: String?.self) { group in
                group.addTask {
                    let closes = try await database.transaction {
                        try await Ledger.expect(run: run, stage: "align", units: units, unit: "seal", on: $0)
                    }
                    return closes ? "seal" : nil
                }
                for unit in 0..<units {
                    group.addTask {
                        let entry = try await database.transaction {
                            try await Ledger.record(run: run, stage: "align", unit: "\(unit)", fed: unit, on: $0)
                        }
                        #expect(entry.isNew)
                        return entry.closes ? "\(unit)" : nil
                    }
                }
                var closing: [String] = []
                for try await unit in group { if let unit { closing.append(unit) } }
                return closing
            }
            #expect(closing.count == 1, "round \(round)")
            let fed = try await database.transaction { try await Ledger.fed(run: run, stage: "align", on: $0) }
            #expect(fed == units * (units - 1) / 2)
        }
        await database.close()
    }

    @Test("A unit that is delivered again changes nothing and still closes the stage if it closed it before")
    func redelivery() async throws {
        let database = try await migratedDatabase()
        let run = try await newRun(in: database)
        let (first, second, again, others) = try await database.transaction { connection in
            _ = try await Ledger.expect(run: run, stage: "infer", units: 2, unit: "encode", on: connection)
            let first = try await Ledger.record(run: run, stage: "infer", unit: "a", fed: 1, on: connection)
            let second = try await Ledger.record(run: run, stage: "infer", unit: "b", fed: 1, on: connection)
            let again = try await Ledger.record(run: run, stage: "infer", unit: "b", fed: 7, on: connection)
            let others = try await Ledger.record(run: run, stage: "infer", unit: "a", fed: 7, on: connection)
            return (first, second, again, others)
        }
        #expect((first.isNew, first.closes) == (true, false))
        #expect((second.isNew, second.closes) == (true, true))
        #expect((again.isNew, again.closes) == (false, true))
        #expect((others.isNew, others.closes) == (false, false))
        let fed = try await database.transaction { try await Ledger.fed(run: run, stage: "infer", on: $0) }
        #expect(fed == 2)
        await database.close()
    }

    @Test("What is expected may be known before, between or after the units; a stage without units closes at once")
    func expectation() async throws {
        let database = try await migratedDatabase()
        let run = try await newRun(in: database)
        try await database.transaction { (connection: Connection) async throws -> Void in
            func record(_ stage: String, _ unit: String) async throws -> Bool {
                try await Ledger.record(run: run, stage: stage, unit: unit, fed: 0, on: connection).closes
            }
            func expect(_ stage: String, _ units: Int) async throws -> Bool {
                try await Ledger.expect(run: run, stage: stage, units: units, unit: "seal", on: connection)
            }
            #expect(try await !expect("before", 1))
            #expect(try await record("before", "0"))
            #expect(try await !record("between", "0"))
            #expect(try await !expect("between", 2))
            #expect(try await record("between", "1"))
            #expect(try await !record("after", "0"))
            #expect(try await expect("after", 1))
            #expect(try await expect("after", 1), "the seal is delivered again")
            #expect(try await expect("empty", 0))
        }
        await database.close()
    }

    @Test("A transaction that is rolled back leaves no unit behind")
    func rollback() async throws {
        let database = try await migratedDatabase()
        let run = try await newRun(in: database)
        struct Trouble: Error {}
        await #expect(throws: Trouble.self) {
            try await database.transaction { connection in
                _ = try await Ledger.expect(run: run, stage: "align", units: 1, unit: "seal", on: connection)
                _ = try await Ledger.record(run: run, stage: "align", unit: "0", fed: 1, on: connection)
                throw Trouble()
            }
        }
        #expect(try await database.scalar("SELECT count(*) FROM ledger WHERE run_id = \(run)") == 0)
        #expect(try await database.scalar("SELECT count(*) FROM run_stages WHERE run_id = \(run)") == 0)
        await database.close()
    }

    @Test("A run is given up once; a completed one cannot fail and a failed one cannot complete")
    func states() async throws {
        let database = try await migratedDatabase()
        let run = try await newRun(in: database)
        try await database.transaction { (connection: Connection) async throws -> Void in
            try await RunState.complete(run, on: connection)
            #expect(try await connection.scalar("SELECT state FROM runs WHERE run_id = \(run)") == "opened")
            #expect(try await RunState.fail(run, reason: "first", on: connection))
            #expect(try await !RunState.fail(run, reason: "second", on: connection))
            try await RunState.complete(run, on: connection)
            #expect(try await connection.scalar("SELECT failure FROM runs WHERE run_id = \(run)") == "first")
            #expect(try await connection.scalar("SELECT state FROM runs WHERE run_id = \(run)") == "failed")
        }
        await database.close()
    }
}
