import Delivery
import Events
import Schemas
import ServiceRuntime

/// `helicase-align`: maps reads to the reference of their run.
@main
struct AlignService {
    private static let summary = """
        maps reads to the reference with minimap2.

        The alignments of a batch are dealt out to the lanes of its run, so that all that lies in one genome bin reaches one \
        encode process. Short reads are mapped in pairs, long reads (HiFi, ONT) by the preset of their run. The index of a \
        reference is built when its first batch arrives.
        """

    static func main() async {
        await runService(
            name: "align", summary: summary, consumes: [Topics.reads],
            produces: [Topics.alignments, Topics.runs, Topics.deadLetters]
        ) { context in
            let services = try await StageServices(
                context, topics: Topics.declarations(), migrations: SchemaFiles.migrations())
            try await Processor(
                context, services: services, group: Topics.Group.align, topics: [Topics.reads],
                deadLetterTopic: Topics.deadLetters, handler: ReadsHandler(services: services, logger: context.logger),
                limits: .init(records: 2 * services.workers, bytes: 8 << 20, linger: .milliseconds(20))
            ).run()
        }
    }
}
