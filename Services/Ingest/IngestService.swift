import Commands
import Delivery
import Events
import Schemas
import ServiceRuntime

/// `helicase-ingest`: reads the files of requested samples into the topics.
@main
struct IngestService {
    private static let summary = """
        reads sequencer output (FASTQ, SAM, BAM, CRAM) and sends it on in batches.

        Takes requests from `jobs`. Unaligned reads go to `reads`, aligned ones to `alignments`; a run is opened, streamed \
        and sealed with its counts. Input that cannot be used goes to `dead-letters` and into the report of its run, and \
        reading goes on. With --ingest-stdin, one sample is read from standard input instead and the process ends with it \
        (`helicase run --fastq -` does this).
        """

    static func main() async {
        await runService(
            name: "ingest", summary: summary, consumes: [Topics.jobs],
            produces: [Topics.reads, Topics.alignments, Topics.runs, Topics.deadLetters],
            keys: [
                Configuration.Key(
                    "ingest.batch-bytes", help: "Bytes of reads in a batch, before compression.", default: "512KB"),
                Configuration.Key(
                    "ingest.stdin",
                    help: "A request (JSON file) whose input `-` is standard input; the process ends when it is read."),
                Configuration.Key(
                    "ingest.parent",
                    help: "With --ingest-stdin: the descriptor of a pipe whose end means that nobody waits for the run."
                ),
                Configuration.Key(
                    "ingest.stream-timeout",
                    help: "After so long without a word of the process that reads a stream, its run is given up.",
                    default: "2m"),
                Configuration.Key("ingest.runs", help: "Runs that are read side by side.", default: "4"),
            ]
        ) { context in
            let services = try await StageServices(
                context, topics: Topics.declarations(), migrations: SchemaFiles.migrations())
            let batchBytes = try context.configuration.bytes("ingest.batch-bytes")
            let streamTimeout = try context.configuration.duration("ingest.stream-timeout")
            if let request = context.configuration.optionalString("ingest.stdin") {
                let parent = try context.configuration.optionalString("ingest.parent").map { _ in
                    ParentWatch(descriptor: Int32(try context.configuration.int("ingest.parent", in: 3...1023)))
                }
                try await StandardInputJob(
                    context: context, services: services, batchBytes: batchBytes, parent: parent,
                    streamTimeout: streamTimeout
                ).run(request)
            } else {
                try await JobLoop(
                    context: context, services: services, batchBytes: batchBytes,
                    runs: try context.configuration.int("ingest.runs", in: 1...64), streamTimeout: streamTimeout
                ).run()
            }
        }
    }
}
