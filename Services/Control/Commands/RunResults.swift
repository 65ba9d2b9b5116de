import Commands
import Events
import Foundation
import Runs
import Storage

/// What a run came to, fetched into a folder.
struct RunResults: Sendable {
    let run: Identifier
    let sample: String
    /// The folder.
    let output: String
    /// Replaces files that are there.
    let isForced: Bool
    /// An incomplete report is as good as a final one.
    let allowsIncomplete: Bool
    /// The report is printed as it is.
    let isJSON: Bool

    /// Takes the options `output`, `force`, `allow-incomplete` and `json` of a command.
    init(run: Identifier, sample: String, _ command: ParsedCommand) {
        self.run = run
        self.sample = sample
        output = command.value("output") ?? "."
        isForced = command.flag("force")
        allowsIncomplete = command.flag("allow-incomplete")
        isJSON = command.flag("json")
    }

    /// How the names of the files end that runs leave.
    private static let endings = ["vcf.gz", "g.vcf.gz", "tsv", "bedgraph", "bw"]

    /// Makes the folder; throws what would keep the files from being written, before anything is done for them.
    func prepareOutput() throws {
        try OutputPath.checkFolder(output)
        try OutputPath.checkNew(
            (Self.endings + ["report.html", "report.json"]).map { "\(sample).\($0)" }, in: output, force: isForced)
        try Files.makeFolder(output)
        // A full disk refuses this one first.
        let probe = "\(output)/.helicase-\(getpid())"
        try Files.write(Data(sample.utf8), to: probe)
        unlink(probe)
    }

    /// Waits for nothing: throws unless the run is completed, then writes the files and says what is in them.
    ///
    /// Throws for a report that is not complete, once everything is written, unless that was allowed.
    func fetch(from database: Database) async throws {
        let bytes = try await Self.record(of: run, in: database)
        let report = try Outcome(bytes)
        for artifact in report.artifacts {
            try keep(artifact.name)
            try await Artifacts.fetch(artifact.name, run: run, to: "\(output)/\(artifact.name)", from: database)
        }
        let name = "\(sample).report.json"
        try keep(name)
        try Files.write(Data(bytes + [UInt8(ascii: "\n")]), to: "\(output)/\(name)")
        InterimResults(run: run, sample: sample, output: output).remove()
        print(isJSON ? String(decoding: bytes, as: UTF8.self) : report.summary(folder: output))
        guard report.isIncomplete, !allowsIncomplete else { return }
        throw ControlError(
            "the report of \(sample) is incomplete: \(report.missing?.first ?? "input is missing"); "
                + "--allow-incomplete accepts it")
    }

    /// The report of a sample's reads, or of another task.
    private enum Outcome {
        case sample(Report)
        case task(TaskReport)

        init(_ bytes: [UInt8]) throws {
            if let report = try? EventCoding.decode(TaskReport.self, from: bytes) {
                self = .task(report)
            } else {
                self = .sample(try EventCoding.decode(Report.self, from: bytes))
            }
        }

        var artifacts: [Report.Artifact] {
            switch self {
            case .sample(let report): report.artifacts
            case .task(let report): report.artifacts
            }
        }

        var missing: [String]? {
            switch self {
            case .sample(let report): report.missing
            case .task(let report): report.missing
            }
        }

        var isIncomplete: Bool {
            switch self {
            case .sample(let report): report.status == .incomplete
            case .task(let report): report.status == .incomplete
            }
        }

        func summary(folder: String) -> String {
            switch self {
            case .sample(let report): ReportText.summary(report, folder: folder)
            case .task(let report): ReportText.summary(report, folder: folder)
            }
        }
    }

    /// The newest report of a run as it was published; throws why there is none.
    static func record(of run: Identifier, in database: Database) async throws -> [UInt8] {
        // In transactions, which are repeated when the database is away for a moment.
        let id = run.uuid
        let rows = try await database.transaction {
            try await $0.query("SELECT sample, state, failure FROM runs WHERE run_id = \(id)")
        }
        guard let row = rows.first else {
            throw ControlError("there is no run \(run) in the database; `helicase runs list` shows what there is")
        }
        let state: String = try row.decode("state")
        let sample: String = try row.decode("sample")
        guard state == "completed" else {
            guard state == "failed" else {
                throw ControlError(
                    "the run \(run) of \(sample) is not over; wait for it with `helicase runs attach \(run)`")
            }
            let reason = try row.decode("failure", as: String?.self) ?? "nobody noted why"
            throw ControlError("the run \(run) of \(sample) failed: \(reason)")
        }
        let reports = try await database.transaction {
            try await $0.query("SELECT record FROM reports WHERE run_id = \(id) ORDER BY version DESC LIMIT 1")
        }
        guard let bytes = try reports.first?.decode("record", as: [UInt8].self) else {
            throw ControlError("the run \(run) is completed and has no report in the database")
        }
        return bytes
    }

    /// Throws for a file that is there, unless it may be replaced.
    private func keep(_ name: String) throws {
        guard !name.contains("/"), !name.hasPrefix(".") else { throw ControlError("\"\(name)\" is no name of a file") }
        try OutputPath.checkNew([name], in: output, force: isForced)
    }
}
