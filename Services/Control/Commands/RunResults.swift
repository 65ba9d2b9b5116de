import Events
import Foundation
import Runs
import ServiceRuntime
import Storage

/// What a run that is over leaves: its report and its files, or the reason why there are none.
struct RunResults: Sendable {
    let run: Identifier
    let output: String
    let isJSON: Bool

    /// Writes the report and its files into the output folder and says what they are; throws why there are none.
    func fetch(from database: Database) async throws {
        let bytes = try await record(in: database)
        try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
        let report = try EventCoding.decode(Report.self, from: bytes)
        for artifact in report.artifacts {
            try await Artifacts.fetch(artifact.name, run: run, to: "\(output)/\(artifact.name)", from: database)
        }
        let path = "\(output)/\(report.sample).report.json"
        try Data(bytes + [UInt8(ascii: "\n")]).write(to: URL(fileURLWithPath: path), options: .atomic)
        print(isJSON ? String(decoding: bytes, as: UTF8.self) : ReportText.summary(report, folder: output))
    }

    /// The newest report of the run as it was published; throws why there is none.
    func record(in database: Database) async throws -> [UInt8] {
        // In transactions, which are repeated when the database is away for a moment.
        let run = run.uuid
        let rows = try await database.transaction {
            try await $0.query("SELECT sample, state, failure FROM runs WHERE run_id = \(run)")
        }
        guard let row = rows.first else {
            throw ControlError(
                "there is no run \(self.run) in the database; `helicase runs list` shows what there is")
        }
        let state: String = try row.decode("state")
        guard state == "completed" else {
            let sample: String = try row.decode("sample")
            guard state == "failed" else {
                throw ControlError(
                    "the run \(self.run) of \(sample) is not over; wait for it with `helicase runs attach \(self.run)`")
            }
            let reason = try row.decode("failure", as: String?.self) ?? "nobody noted why"
            throw ControlError("the run \(self.run) of \(sample) failed: \(reason)")
        }
        let reports = try await database.transaction {
            try await $0.query("SELECT record FROM reports WHERE run_id = \(run) ORDER BY version DESC LIMIT 1")
        }
        guard let bytes = try reports.first?.decode("record", as: [UInt8].self) else {
            throw ControlError("the run \(self.run) is completed and has no report in the database")
        }
        return bytes
    }
}
