import Commands
import Delivery
import Events
import Foundation
import Runs
import Schemas
import ServiceRuntime

/// `helicase-encode`: gathers alignments by genome bin, finds candidates and makes the network's inputs.
@main
struct EncodeService {
    private static let summary = """
        sorts alignments into genome bins, marks duplicates, finds candidate alleles and encodes their pileups.

        Batches are spilled to files in the state folder. Once a bin is complete its reads are sorted, duplicates are \
        marked, candidates are found and one tensor a candidate goes to `examples`. The state folder is scratch: when it is \
        lost, or a partition moves to a process with another folder, the spilled part is read again from the topic. \
        Processes on one machine may share a folder. Records of tasks that read no reads are encoded batch by batch.
        """

    static func main() async {
        await runService(
            name: "encode", summary: summary, consumes: [Topics.alignments, Topics.items],
            produces: [Topics.examples, Topics.runs, Topics.deadLetters],
            keys: [
                Configuration.Key("encode.part", help: "Candidates in a record of `examples`, about.", default: "64")
            ]
        ) { context in
            let services = try await StageServices(
                context, topics: Topics.declarations(), migrations: SchemaFiles.migrations())
            let folder = try SpillFolder(
                path: context.configuration.path("state") + "/encode", instance: context.instance)
            // Listed first: a run that is opened meanwhile is not among them.
            let spilled = folder.runs
            let open = try await OpenRuns.all(in: services.database)
            for run in spilled where !open.contains(run) { folder.remove(run: run) }
            let handler = AlignmentsHandler(
                services: services, folder: folder, logger: context.logger,
                partLimit: try context.configuration.int("encode.part", in: 1...256))
            let processor = Processor(
                context, services: services, group: Topics.Group.encode, topics: [Topics.alignments, Topics.items],
                deadLetterTopic: Topics.deadLetters,
                handler: EncodeHandler(alignments: handler, items: ItemsHandler(services: services)),
                limits: .init(
                    records: 256, bytes: 16 << 20, linger: .milliseconds(20), atOnce: 8 * services.workers))
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await processor.run() }
                group.addTask { await SpillCleaning(handler: handler, database: services.database).run() }
                try await group.next()
                group.cancelAll()
            }
        }
    }
}
