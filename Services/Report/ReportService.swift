import Commands
import Delivery
import Events
import Runs
import Schemas
import ServiceRuntime

/// `helicase-report`: genotypes the scored candidates and, once a run is complete, writes its VCF and its report.
@main
struct ReportService {
    private static let summary = """
        genotypes scored candidates and publishes one report a run.

        Calls go to PostgreSQL as they come. When the run's ledger closes, the VCF and the report are made, stored and \
        published to `reports`. A report never covers half a run: the unit that closes the ledger, and it alone, makes it. \
        Every process also watches the open runs: one that stands still is called stalled, and one whose records are lost \
        is given up.
        """

    static func main() async {
        await runService(
            name: "report", summary: summary, consumes: [Topics.predictions],
            produces: [Topics.reports, Topics.runs, Topics.deadLetters],
            keys: [
                Configuration.Key(
                    "stall-after",
                    help:
                        "A run without progress for this long is called stalled, and is given up if its records are lost.",
                    default: "5m")
            ]
        ) { context in
            let services = try await StageServices(
                context, topics: Topics.declarations(), migrations: SchemaFiles.migrations())
            let processor = Processor(
                context, services: services, group: Topics.Group.report, topics: [Topics.predictions],
                deadLetterTopic: Topics.deadLetters, handler: PredictionsHandler(services: services),
                limits: .init(records: 64, bytes: 32 << 20, linger: .milliseconds(20)))
            let watch = RunWatch(
                context, services: services, stallAfter: try context.configuration.duration("stall-after"))
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await processor.run() }
                group.addTask { await watch.run() }
                try await group.next()
                group.cancelAll()
            }
        }
    }
}
