import Clinical
import Commands
import Events
import Foundation
import Genomics
import Reporting
import Runs
import Storage

/// A clinical report that a command names: of a run, or of a file.
struct NamedReport {
    let clinical: ClinicalReport

    /// Reads `S.report.json` as `helicase run` or `helicase interpret` leaves it, or the newest report of a run.
    init(_ name: String, _ command: ParsedCommand) async throws {
        if FileManager.default.fileExists(atPath: name) {
            clinical = try Self.decode(Array(Files.read(name)), file: name)
        } else {
            clinical = try await Endpoints(command).withDatabase { database in
                try await StoredRun(try await RunsCommands.find(name, database).run, in: database).clinical
            }
        }
    }

    private static func decode(_ bytes: [UInt8], file: String) throws -> ClinicalReport {
        if let report = try? EventCoding.decode(Report.self, from: bytes) {
            guard let document = report.clinical else {
                throw ControlError(
                    "\(file) counts calls and does not say what they mean; ask for that with `helicase run --knowledge …`"
                )
            }
            return try ClinicalReport(decoding: EventCoding.encode(document))
        }
        do { return try ClinicalReport(decoding: bytes) } catch {
            throw ControlError("\(file) is no report that this version of helicase knows")
        }
    }
}

/// `helicase report why`, `diff` and `render`: what a report says, and why.
enum ReportReasons {
    static func why(_ command: ParsedCommand) async throws {
        if let allele = command.value("absent") { return try await absent(allele, command) }
        let report = try await NamedReport(command.positional[0], command).clinical
        guard command.positional.count > 1 else {
            return print(Reasons.ids(report).joined(separator: "\n"))
        }
        let id = command.positional[1]
        guard let reasons = Reasons(id, of: report) else {
            throw ControlError("the report has no statement \"\(id)\"; `helicase report why REPORT` lists all of them")
        }
        if command.flag("json") { return print(String(decoding: try EventCoding.encode(reasons), as: UTF8.self)) }
        print(reasons.statement)
        for reason in reasons.reasons {
            print("  \(reason.kind.rawValue.padding(toLength: 10, withPad: " ", startingAt: 0)) \(reason.text)")
        }
        for finding in report.findings + (report.secondary ?? []) where finding.id == id {
            if let picture = finding.reads { print(Self.text(picture).joined(separator: "\n")) }
        }
    }

    /// Reads as lines of text: the reference above, `.` where a read has the same base, lower case where bases are inserted behind, `*` in front of those
    /// that show the allele.
    private static func text(_ picture: ReadPicture) -> [String] {
        ["  reads      \(picture.contig):\(picture.start + 1)", "    \(picture.reference)"]
            + picture.rows.map { row in
                "  \(row.isSupporting ? "*" : " ") " + String(repeating: " ", count: row.offset) + row.bases
                    + (row.isReverse ? " -" : " +")
            }
    }

    /// Why an allele is no finding of a run.
    private static func absent(_ text: String, _ command: ParsedCommand) async throws {
        let parts = text.split(separator: ":").map(String.init)
        let bases = parts.count == 3 ? parts[2].split(separator: ">").map(String.init) : []
        guard parts.count == 3, let position = Int(parts[1]), bases.count == 2 else {
            throw StartError(.usage, "--absent: \"\(text)\" is no CONTIG:POS:REF>ALT")
        }
        try await Endpoints(command).withDatabase { database in
            let stored = try await StoredRun(
                try await RunsCommands.find(command.positional[0], database).run, in: database)
            let findings = stored.clinical.findings + (stored.clinical.secondary ?? [])
            if let finding = findings.first(where: { $0.allele.name == text }) {
                return print("\(text) is \(finding.id): `helicase report why \(command.positional[0]) \(finding.id)`")
            }
            let folder = try TemporaryFolder()
            let reason = try await stored.absence(
                parts[0], position, bases[0], bases[1], in: folder.path, from: database)
            print(reason)
        }
    }

    static func diff(_ command: ParsedCommand) async throws {
        let old = try await NamedReport(command.positional[0], command).clinical
        let new = try await NamedReport(command.positional[1], command).clinical
        let difference = ReportDifference(from: old, to: new)
        if command.flag("json") {
            print(String(decoding: try EventCoding.encode(difference), as: UTF8.self))
        } else {
            for change in difference.changes { print(change.text) }
            for sentence in difference.provenance { print("  \(sentence)") }
            if difference.isEmpty { print("Both say the same.") }
        }
        if !difference.isEmpty { throw ControlError("\(Count.of(difference.changes.count, "difference"))") }
    }

    static func render(_ command: ParsedCommand) async throws {
        let report = try await NamedReport(command.positional[0], command).clinical
        let output = command.value("output") ?? "."
        guard SampleName.isValid(report.subject.sample) else {
            throw ControlError("the sample's name cannot name files: \(SampleName.rule)")
        }
        var files = try ClinicalForms.all(of: report).map { ("\(report.subject.sample).\($0.ending)", $0.bytes) }
        let submission = command.flag("clinvar") ? ClinVarSubmission(report) : nil
        if let bytes = submission?.bytes { files.append(("\(report.subject.sample).clinvar.json", bytes)) }
        try OutputPath.checkFolder(output)
        try OutputPath.checkNew(files.map(\.0), in: output, force: command.flag("force"))
        try Files.makeFolder(output)
        for (name, bytes) in files {
            try Files.write(Data(bytes), to: "\(output)/\(name)")
            print("wrote \(output)/\(name)")
        }
        guard let submission else { return }
        for refusal in submission.refusals { Remark.say("no record for ClinVar: \(refusal)") }
        guard submission.refusals.isEmpty else {
            throw ControlError(
                "\(Count.of(submission.refusals.count, "finding")) cannot be submitted to ClinVar; the lines above say why"
            )
        }
    }
}

/// A folder that goes away with its owner.
final class TemporaryFolder {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("helicase-\(UUID())").path
        try Files.makeFolder(path)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
