import Delivery
import Events
import Foundation
import Hashing
import Messaging
import Storage
import TestSupport
import Testing

extension EndToEnd {
    /// Requests that are put on `jobs` directly: whoever can write there may ask for anything.
    @Suite("Requests", .serialized)
    struct RequestTests {
        private static let sample = Task { try Sample(lengths: [30_000], coverage: 6, seed: 7) }
        private static let stack = Task {
            try await Stack(
                .embedded, processes: ["train": 0],
                settings: ["HELICASE_DATA_ROOTS": sample.value.folder.path])
        }

        /// Sends a request, and returns the letter that came of it.
        private func refusal(_ job: JobEvent, _ stack: Stack) async throws -> IncomingRecord? {
            try await send(job, stack)
            var letter: IncomingRecord?
            _ = try await eventually {
                letter = try await stack.records(Topics.deadLetters).first { $0.key == Array(job.job.description.utf8) }
                return letter != nil
            }
            return letter
        }

        private func send(_ job: JobEvent, _ stack: Stack) async throws {
            let producer = try await Producer(stack.messaging, topics: Topics.declarations())
            try await producer.send(
                EventCoding.record(
                    job, topic: Topics.jobs, key: job.job.description, id: "\(job.job)/ingest", source: "test"))
            await producer.close()
        }

        private func request(_ sample: Sample, _ stack: Stack) async throws -> IngestRequest {
            let file = try sample.file("R1.fastq", sample.fastq(mate: 0))
            let known = try await stack.run(["--reference", sample.reference, "--fastq", file]).report
            return IngestRequest(
                sample: "S", inputs: [.init(format: .fastq, path: file)], reference: sample.reference,
                referenceDigest: known.referenceDigest, preset: "sr")
        }

        @Test(
            "A request reaches neither the stack's secrets nor URLs nor other folders; what it named is not in the letter"
        )
        func hostile() async throws {
            let (stack, sample) = (try await Self.stack.value, try await Self.sample.value)
            let good = try await request(sample, stack)
            let secret = stack.folder.appending(path: "stack.json").path
            let link = sample.folder.appending(path: "link.fastq").path
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: secret)
            let changes: [(String, (inout IngestRequest) -> Void)] = [
                ("inputs", { $0.inputs[0].path = secret }), ("inputs", { $0.inputs[0].path = link }),
                ("inputs", { $0.inputs[0].path = "/etc/passwd" }),
                ("inputs", { $0.inputs[0].path = "http://127.0.0.1/x" }),
                ("inputs", { $0.inputs[0].matePath = "/dev/zero" }), ("inputs", { $0.inputs[0].path = "-" }),
                ("sites", { $0.sites = .init(path: secret, digest: String(repeating: "0", count: 64)) }),
                ("reference", { $0.reference = secret }), ("sample", { $0.sample = "../../../tmp/outside" }),
            ]
            for (field, change) in changes {
                var hostile = good
                change(&hostile)
                let job = JobEvent(job: Identifier(), state: .requested, ingest: hostile)
                let letter = try #require(try await refusal(job, stack), "\(hostile)")
                let reason = letter.header(DeadLetter.reasonHeader) ?? ""
                #expect(reason.contains("the request is refused: \(field): "), "\(reason)")
                let text = String(decoding: letter.value ?? [], as: UTF8.self) + reason
                #expect(!text.contains("postgresql://"), "nothing of a file is in the letter")
                #expect(
                    try await stack.database.scalar("SELECT count(*) FROM runs WHERE run_id = \(job.job.uuid)") == 0)
            }
        }

        @Test("A request in another run's name harms that run in no way; one that is refused fails its own")
        func names() async throws {
            let (stack, sample) = (try await Self.stack.value, try await Self.sample.value)
            let good = try await request(sample, stack)
            func open(_ run: Identifier, _ request: IngestRequest) async throws {
                let document = try JSON(encoding: request)
                try await stack.database.execute(
                    "INSERT INTO runs (run_id, sample, state, request) VALUES (\(run.uuid), 'S', 'opened', \(document))"
                )
            }
            func state(_ run: Identifier) async throws -> String {
                try await stack.database.query("SELECT state FROM runs WHERE run_id = \(run.uuid)").first?.decode(
                    "state")
                    ?? ""
            }
            let victim = Identifier()
            try await open(victim, good)
            var other = good
            other.sample = "T"
            let letter = try await refusal(JobEvent(job: victim, state: .requested, ingest: other), stack)
            #expect(letter?.header(DeadLetter.reasonHeader)?.contains("was opened with another request") == true)
            #expect(try await state(victim) == "opened")

            let own = Identifier()
            var refused = good
            refused.inputs[0].path = "/proc/self/environ"
            try await open(own, refused)
            _ = try await refusal(JobEvent(job: own, state: .requested, ingest: refused), stack)
            let isFailed = try await eventually { try await state(own) == "failed" }
            #expect(isFailed)

            try await send(JobEvent(job: victim, state: .requested, ingest: good), stack)
            let isCompleted = try await eventually(within: .seconds(60)) { try await state(victim) == "completed" }
            #expect(isCompleted)
        }

        @Test("Regions of an exome travel beside the request, and the run calls in them alone")
        func exome() async throws {
            let (stack, sample) = (try await Self.stack.value, try await Self.sample.value)
            let file = try sample.file("R1.fastq", sample.fastq(mate: 0))
            let text = (0..<2900).map { "contig1\t\($0 * 10)\t\($0 * 10 + 4)\n" }.joined()
            let regions = try sample.file("exome.bed", Array(text.utf8))
            let run = try await stack.run(["--reference", sample.reference, "--fastq", file, "--regions", regions])
            #expect(run.report.callability.targetBases == 2900 * 4)
            #expect(run.report.status == .final)
            let known = try #require(
                try await stack.database.query("SELECT request FROM runs WHERE run_id = \(run.report.run.uuid)").first)
            let stored = try known.decode("request", as: JSON.self).decode(IngestRequest.self)
            #expect(stored.regions == nil && stored.regionsArtifact != nil)
        }

        @Test(
            "Sites of another file than the one that was asked with end the run with that reason, and so do sites that are none"
        )
        func sites() async throws {
            let (stack, sample) = (try await Self.stack.value, try await Self.sample.value)
            let good = try await request(sample, stack)
            let panel = try sample.file("panel.vcf", Array("##fileformat=VCFv4.3\n#CHROM\tPOS\n".utf8))
            let known = try SHA256Digest.hexadecimal(ofFile: panel)
            for (digest, words) in [
                (String(repeating: "0", count: 64), "the sites are not the file that the run was asked with"),
                (known, "panel.vcf"),
            ] {
                var asked = good
                asked.sites = .init(path: panel, digest: digest)
                let job = JobEvent(job: Identifier(), state: .requested, ingest: asked)
                try await send(job, stack)
                var failure = ""
                let isFailed = try await eventually(within: .seconds(60)) {
                    let rows = try await stack.database.query(
                        "SELECT state, failure FROM runs WHERE run_id = \(job.job.uuid)")
                    failure = try rows.first?.decode("failure", as: String?.self) ?? ""
                    return try rows.first?.decode("state", as: String.self) == "failed"
                }
                #expect(isFailed && failure.contains(words), "\(failure)")
            }
        }

        @Test("No process died of it")
        func end() async throws {
            let stack = try await Self.stack.value
            #expect(try stack.state.members.filter { $0.restarts > 0 }.map(\.name).isEmpty)
            try await stack.down()
        }
    }
}
