import Clinical
import Commands
import Events
import Foundation
import Genomics
import Knowledge
import Messaging
import Observability
import Reporting
import Runs
import Storage

/// `helicase report replay` and `reanalyse`: calls that are interpreted again.
enum ReportAmendments {
    static func replay(_ command: ParsedCommand) async throws {
        try await Endpoints(command).withDatabase { database in
            let stored = try await StoredRun(
                try await RunsCommands.find(command.positional[0], database).run, in: database)
            guard stored.clinical.provenance.software == BuildInformation.version else {
                throw ControlError(
                    "helicase \(stored.clinical.provenance.software) made this report, and this is \(BuildInformation.version): "
                        + "the bytes are promised for one version")
            }
            let folder = try TemporaryFolder()
            let made = try await stored.interpret(
                with: stored.asked.knowledge, createdAt: stored.clinical.provenance.createdAt,
                interpreters: Interpreters(), in: folder.path, from: database
            ).report
            guard try made.encoded() == stored.clinical.encoded() else {
                let difference = ReportDifference(from: stored.clinical, to: made)
                throw ControlError(
                    "the report comes out otherwise: "
                        + (difference.changes.first?.text ?? difference.provenance.first ?? "in words alone"))
            }
            print("The report of \(stored.request.sample), version \(stored.report.version), has the same bytes.")
        }
    }

    static func reanalyse(_ command: ParsedCommand) async throws {
        let (isTrial, isAll) = (command.flag("dry-run"), command.flag("all"))
        guard isAll == command.positional.isEmpty else {
            throw StartError(.usage, "name a run, or say --all")
        }
        let endpoints = try Endpoints(command)
        try await endpoints.withDatabase { database in
            let newer = try await knowledge(command, database)
            let runs =
                isAll
                ? try await StoredRun.all(in: database)
                : [try await RunsCommands.find(command.positional[0], database).run]
            let interpreters = Interpreters()
            let progress = ProgressMeter("interpreting", unit: "runs")
            var (amended, failed) = (0, 0)
            // Side by side, told in the order of the runs.
            let workers = min(8, ProcessInfo.processInfo.activeProcessorCount)
            try await madeInOrder(count: runs.count, workers: workers) { index in
                let run = runs[index]
                do {
                    return Outcome(text: try await amend(run, with: newer, interpreters, isTrial: isTrial, database))
                } catch let error as RequestRefused {
                    return Outcome(flaw: "run \(run): \(error)")
                } catch let error as ReportingError {
                    return Outcome(flaw: "run \(run): \(error)")
                }
            } _: { _, outcome in
                if let text = outcome.text {
                    amended += 1
                    print(text)
                }
                if let flaw = outcome.flaw {
                    failed += 1
                    Remark.say(flaw)
                }
                progress.advance(by: 1)
            }
            progress.finish()
            if !isTrial { try await publish(endpoints, database) }
            print(
                "\(amended) of \(Count.of(runs.count, "run")) \(isTrial ? "would be amended" : "amended"); "
                    + "of the others nothing changed that a person is told")
            if failed > 0 {
                throw ControlError("\(Count.of(failed, "run")) could not be interpreted again; the lines above say why")
            }
        }
    }

    /// What became of a run.
    private struct Outcome: Sendable {
        var text: String?
        var flaw: String?
    }

    /// Interprets a run again; what changed in a few lines, nil where nothing did.
    private static func amend(
        _ run: Identifier, with newer: [ClinicalRequest.KnowledgeFile], _ interpreters: Interpreters, isTrial: Bool,
        _ database: Database
    ) async throws -> String? {
        let stored = try await StoredRun(run, in: database)
        let replaced = Set(newer.map(part))
        let knowledge = stored.asked.knowledge.filter { !replaced.contains(part($0)) } + newer
        let folder = try TemporaryFolder()
        let now = Date(timeIntervalSince1970: Date().timeIntervalSince1970.rounded(.down))
        let made = try await stored.interpret(
            with: order(knowledge, as: stored.asked.knowledge), createdAt: now, interpreters: interpreters,
            in: folder.path, from: database)
        let amendment = Amendment(stored, made, knowledge: order(knowledge, as: stored.asked.knowledge))
        guard !amendment.difference.isEmpty else { return nil }
        if !isTrial {
            guard try await amendment.store(in: database, actor: ModelCommands.actor) else { return nil }
        }
        let changes =
            amendment.difference.changes.map { "  \($0.text)" } + amendment.difference.provenance.map { "  (\($0))" }
        return "\(stored.request.sample), run \(run), version \(stored.report.version + 1):\n"
            + changes.joined(separator: "\n")
    }

    /// The part that a file plays, of which a report has one.
    private static func part(_ file: ClinicalRequest.KnowledgeFile) -> String {
        let isRepeatable = KnowledgeFile.Role(rawValue: file.role)?.isRepeatable ?? true
        return "\(file.role) \(isRepeatable ? file.name : "")"
    }

    /// The files by the place of their part in the request of before.
    private static func order(
        _ files: [ClinicalRequest.KnowledgeFile], as before: [ClinicalRequest.KnowledgeFile]
    ) -> [ClinicalRequest.KnowledgeFile] {
        func place(_ file: ClinicalRequest.KnowledgeFile) -> Int {
            before.firstIndex { part($0) == part(file) } ?? before.count
        }
        return files.enumerated().sorted { (place($0.element), $0.offset) < (place($1.element), $1.offset) }.map(
            \.element)
    }

    private static func knowledge(
        _ command: ParsedCommand, _ database: Database
    ) async throws -> [ClinicalRequest.KnowledgeFile] {
        var files: [ClinicalRequest.KnowledgeFile] = []
        for name in try command.values("knowledge").map(KnowledgeName.init) {
            let base = try await KnowledgeRegistry(database).find(name.name, version: name.version)
            files.append(ClinicalRequest.KnowledgeFile(try base.file()))
        }
        return files
    }

    /// Sends what is stored and not sent, also that of a command that was interrupted.
    private static func publish(_ endpoints: Endpoints, _ database: Database) async throws {
        let producer = try await Producer(
            endpoints.messaging, transactionalID: "helicase-report-amendments", topics: endpoints.topics)
        do {
            _ = try await Amendment.publish(with: producer, in: database)
        } catch {
            await producer.close()
            throw error
        }
        await producer.close()
    }
}
