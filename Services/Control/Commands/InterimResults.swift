import Commands
import Events
import Foundation
import Runs
import Storage

/// Fetches the interim reports of a run into a folder as they are made: each replaces the one before, and the final one all of them.
struct InterimResults: Sendable {
    let run: Identifier
    let sample: String
    /// The folder.
    let output: String

    /// How often is asked.
    private static let interval: Duration = .milliseconds(500)

    /// Follows until the task is cancelled; a database that is away for a moment is asked again later.
    ///
    /// A report that cannot be fetched is no fault of the run's, whose end has a report of its own.
    func follow(from database: Database) async {
        var last = 0
        while !Task.isCancelled {
            do {
                if let report = try await newest(after: last, in: database) {
                    try await fetch(report, from: database)
                    last = report.number
                    Remark.say(Self.line(report))
                }
            } catch {}
            try? await Task.sleep(for: Self.interval)
        }
    }

    /// Removes what was fetched.
    func remove() {
        for ending in Self.endings { try? FileManager.default.removeItem(atPath: "\(output)/\(sample).\(ending)") }
    }

    private static let endings = ["interim.vcf.gz", "interim.vcf.gz.tbi", "interim.vcf.gz.csi", "interim.report.json"]

    private func newest(after last: Int, in database: Database) async throws -> InterimReport? {
        try await database.query(
            """
            SELECT record FROM interim_marks WHERE run_id = \(run.uuid) AND number > \(last) AND record IS NOT NULL
            ORDER BY number DESC LIMIT 1
            """
        ).first.map { try EventCoding.decode(InterimReport.self, from: $0.decode("record", as: [UInt8].self)) }
    }

    private func fetch(_ report: InterimReport, from database: Database) async throws {
        for artifact in report.artifacts {
            let ending = artifact.name.components(separatedBy: ".vcf.gz").last ?? ""
            try await Artifacts.fetch(
                artifact.name, run: run, to: "\(output)/\(sample).interim.vcf.gz\(ending)", from: database)
        }
        let bytes = try EventCoding.encode(report) + [UInt8(ascii: "\n")]
        try Files.write(Data(bytes), to: "\(output)/\(sample).interim.report.json")
    }

    /// A report in a line.
    static func line(_ report: InterimReport) -> String {
        var parts = ["\(Count.of(report.read.reads, "read"))"]
        if let share = report.share { parts[0] += " (\(Int((share * 100).rounded())) %)" }
        if let depth = report.depth?.mean { parts.append(String(format: "mean depth %.1f", depth)) }
        parts.append("\(Count.of(report.stable, "stable call")), \(report.open) open")
        let callable = report.callability.basesByState["callable"] ?? 0
        let known = report.callability.targetBases - (report.callability.basesByState["referenceUnknown"] ?? 0)
        if known > 0 { parts.append(String(format: "%.1f %% callable", 100 * Double(callable) / Double(known))) }
        return "\(report.sample), interim report \(report.number): " + parts.joined(separator: ", ")
    }
}
