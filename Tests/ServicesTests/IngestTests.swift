import Commands
import Events
import Foundation
import Genomics
import Messaging
import Observability
import Runs
import Schemas
import Storage
import Synchronization
import TestSupport
import Testing

@testable import helicase_ingest

/// Ingest with files and a database, and what it makes of requests.
@Suite("Ingest")
struct IngestTests {
    private static func problem(_ record: Int, kind: String, file: String = "a.fq", isLoss: Bool = true) -> InputProblem
    {
        InputProblem(file: file, record: record, field: "QUAL", message: "m\(record)", kind: kind, isLoss: isLoss)
    }

    @Test("Damage is one row a file and kind, with a count and the first places, however many reads have it")
    func tally() async throws {
        var tally = ProblemTally()
        var (firsts, kept) = (0, 0)
        for record in 1...5000 {
            let found = tally.add(Self.problem(record, kind: "short"))
            firsts += found.isFirst ? 1 : 0
            kept += found.isKept ? 1 : 0
        }
        _ = tally.add(Self.problem(0, kind: "remark", isLoss: false))
        _ = tally.add(Self.problem(3, kind: "short", file: "b.fq"))
        #expect((firsts, kept, tally.count) == (1, ProblemTally.lettersKept, 5002))
        #expect(tally.kinds.map(\.count) == [5000, 1, 1])
        #expect(tally.kinds[0].places == Array(1...10) && tally.kinds[1].places.isEmpty)
        #expect(tally.summaries(of: Identifier()).count == 1)

        let database = try await migratedDatabase()
        let run = Identifier(try await newRun(in: database))
        let stored = try JSONDecoder().decode(ProblemTally.self, from: JSONEncoder().encode(tally))
        for _ in 0..<2 { try await database.transaction { try await stored.store(run, on: $0) } }
        let rows = try await database.query(
            """
            SELECT file, record, kind, occurrences, is_loss FROM input_problems WHERE run_id = \(run.uuid)
            ORDER BY problem_id
            """)
        #expect(try rows.map { try $0.decode("occurrences", as: Int.self) } == [5000, 1, 1])
        #expect(try rows.map { try $0.decode("is_loss", as: Bool.self) } == [true, false, true])
        #expect(try rows.map { try $0.decode("record", as: Int?.self) } == [1, nil, 3])
        await database.close()
    }

    @Test("Kinds without end are counted as one")
    func manyKinds() {
        var tally = ProblemTally()
        for number in 0..<3000 { _ = tally.add(Self.problem(number, kind: "kind\(number)")) }
        #expect(tally.kinds.count == 1001 && tally.count == 3000)
    }

    @Test(
        "A chunk that is not there in time is not waited for; a cancelled wait ends; the reading thread waits for room")
    func queue() async throws {
        let queue = ChunkQueue(capacity: 2)
        guard case .nothing = try await queue.take(within: .milliseconds(30)) else {
            Issue.record("there was nothing to take")
            return
        }
        let waiting = Task { try await queue.take(within: nil) }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }

        let puts = Mutex(0)
        Thread.detachNewThread {
            for number in 0..<10 {
                guard queue.put(.success(Chunk(items: [], bytesRead: Int64(number)))) else { return }
                puts.withLock { $0 += 1 }
            }
            _ = queue.put(.success(nil))
        }
        var taken: [Int64] = []
        while case .chunk(let chunk) = try await queue.take(within: nil) {
            #expect(puts.withLock { $0 } <= taken.count + 3)
            taken.append(chunk.bytesRead)
        }
        #expect(taken == Array(0..<10))
    }

    // MARK: - Going on from a point

    private func reads(_ count: Int, name: String) throws -> String {
        var text = ""
        for number in 0..<count {
            let length = 60 + number % 50
            text += "@\(name)\(number)\n\(String(repeating: "ACGT", count: 40).prefix(length))\n+\n"
            text += String(repeating: "I", count: number % 300 == 7 ? length - 1 : length) + "\n"
        }
        let path = FileManager.default.temporaryDirectory.appending(path: "lane-\(UUID().uuidString).fq").path
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    private func reference() throws -> ReferenceGenome {
        let path = FileManager.default.temporaryDirectory.appending(path: "ref-\(UUID().uuidString).fa").path
        try ">c\n\(String(repeating: "ACGT", count: 1000))\n".write(toFile: path, atomically: true, encoding: .utf8)
        return try ReferenceGenome(path: path)
    }

    @Test("A process that takes over at a saved point makes the records that are left, with the same ids and bytes")
    func resume() async throws {
        let broker = try await TestBroker.start(Topics.declarations())
        let database = try await migratedDatabase()
        let reference = try reference()
        let request = IngestRequest(
            sample: "S",
            inputs: try [3000, 900, 2200, 40, 1500, 700].enumerated().map {
                .init(format: .fastq, path: try reads($1, name: "l\($0)r"))
            }, reference: reference.path, referenceDigest: reference.digest, preset: "sr")
        let run = Identifier(try await newRun(in: database, request: request))
        let producer = try await Producer(broker.configuration, topics: Topics.declarations())
        let logger = Logger(label: "test", level: .error, format: .text, output: LogOutput { _ in })

        func stream(from point: ResumePoint?) async throws -> RunCounts {
            let sender = BatchSender(producer: producer, database: database)
            sender.start(run: run, at: point?.made ?? 0, alreadySent: 0)
            let stream = RunStream(
                run: run, request: request, reference: reference, sender: sender, logger: logger, batchBytes: 20_000,
                lanes: Lane.standardCount, traceparent: nil, from: point)
            try await stream.read()
            try await sender.commit()
            return stream.counts
        }
        func values(_ from: Int) async throws -> [[UInt8]] {
            let reader = try TopicReader(broker.configuration, topic: Topics.reads, from: .beginning)
            defer { reader.close() }
            let all = try await reader.readToEnd().map { ($0.header("ce_id") ?? "", $0.value ?? []) }
            // Each batch has an id of its own; one that was sent again has the same bytes.
            var byID: [String: [UInt8]] = [:]
            for (id, value) in all {
                #expect(byID[id] ?? value == value, "\(id)")
                byID[id] = value
            }
            #expect(all.count >= from)
            return byID.sorted { $0.key < $1.key }.map(\.value)
        }

        let counts = try await stream(from: nil)
        #expect(counts.reads == 8340 - counts.problems && counts.problems > 20)
        let first = try await values(counts.batches)
        #expect(first.count == counts.batches)
        // The point that was saved last, of a time when some lanes were through, others begun and one not.
        let row = try #require(
            try await database.query("SELECT resume_point, reads_so_far FROM runs WHERE run_id = \(run.uuid)").first)
        let point = try row.decode("resume_point", as: JSON.self).decode(ResumePoint.self)
        #expect(point.made > 0 && point.lanes.values.contains { $0.position != nil })
        #expect(try await stream(from: point) == counts)
        #expect(try await values(counts.batches) == first)
        await producer.close()
        await database.close()
    }

    // MARK: - Requests

    private static let good = IngestRequest(
        sample: "S", inputs: [.init(format: .fastq, path: "/data/a.fq")], reference: "/data/r.fa",
        referenceDigest: "6681cd21d0f1ed3d17f1d3f1b8a3a9b2", preset: "sr")

    @Test("Requests are refused for names that lead elsewhere, paths that are none, and sizes without bounds")
    func hostile() {
        let roots = DataRoots(setting: "/data", state: "/var/lib/helicase")
        func refusal(_ change: (inout IngestRequest) -> Void) -> String? {
            var request = Self.good
            change(&request)
            do throws(RequestRefused) {
                try request.check(roots, isVouched: true)
                try request.checkInputs(roots, isVouched: true)
                return nil
            } catch {
                return error.description
            }
        }
        #expect(refusal { _ in } == nil)
        for name in [
            "../../etc/cron.d/x", "", ".", ".hidden", "a b", "a/b", "naïve", String(repeating: "n", count: 201),
        ] {
            #expect(refusal { $0.sample = name }?.hasPrefix("sample: ") == true, "\(name)")
        }
        for path in ["/etc/shadow", "http://h/x", "/data/../etc/shadow", "-", "relative", "/data/a##idx##http://h/x"] {
            #expect(refusal { $0.inputs[0].path = path }?.hasPrefix("inputs: ") == true, "\(path)")
            #expect(refusal { $0.inputs[0].matePath = path }?.hasPrefix("inputs: ") == true, "\(path)")
            #expect(refusal { $0.reference = path }?.hasPrefix("reference: ") == true, "\(path)")
        }
        let digest = String(repeating: "0", count: 64)
        func stretch(_ copies: Int) -> PloidyStretch {
            PloidyStretch(interval: Interval(contig: "c", start: 1, end: 9), copies: copies)
        }
        #expect(refusal { $0.sites = .init(path: "/data/panel.vcf", digest: digest) } == nil)
        #expect(refusal { $0.ploidy = [stretch(0), stretch(8)] } == nil && refusal { $0.sex = "coverage" } == nil)
        for (field, change) in [
            ("sites: ", { $0.sites = .init(path: "/etc/shadow", digest: digest) }),
            ("sites: ", { $0.sites = .init(path: "/data/panel.vcf", digest: "") }), ("sex: ", { $0.sex = "X" }),
            ("ploidy: ", { $0.ploidy = [stretch(1 << 40)] }), ("ploidy: ", { $0.ploidy = [stretch(-1)] }),
            ("ploidy: ", { $0.ploidy = Array(repeating: stretch(1), count: IngestRequest.ploidyLimit + 1) }),
        ] as [(String, (inout IngestRequest) -> Void)] {
            #expect(refusal(change)?.hasPrefix(field) == true, "\(field)")
        }
        // Windows of a reference, asked of a model: the reference is looked at as any is.
        func windows(_ request: inout IngestRequest, of reference: String) {
            request.task = TaskRequest(name: "sequence", model: "m")
            request.inputs = [.init(format: .items, path: "/data/w.bed")]
            (request.preset, request.reference) = ("", reference)
        }
        #expect(refusal { windows(&$0, of: "/data/r.fa") } == nil && refusal { windows(&$0, of: "") } == nil)
        #expect(
            refusal {
                windows(&$0, of: "")
                $0.sex = "XY"
            } != nil)
        for path in ["/etc/shadow", "http://h/x", "relative"] {
            #expect(refusal { windows(&$0, of: path) }?.hasPrefix("reference: ") == true, "\(path)")
        }
        #expect(
            refusal {
                windows(&$0, of: "/data/r.fa")
                $0.referenceDigest = "no\ndigest"
            } != nil)
        #expect(refusal { $0.inputs = [] } != nil)
        #expect(refusal { $0.inputs = Array(repeating: $0.inputs[0], count: 5000) } != nil)
        #expect(refusal { $0.preset = "asm5" } != nil)
        #expect(refusal { $0.regions = [Interval(contig: "c", start: -5, end: 9)] } != nil)
        #expect(
            refusal { $0.regions = Array(repeating: Interval(contig: "c", start: 1, end: 9), count: 30_000) } != nil)
        #expect(
            refusal { $0.regionsArtifact = .init(name: "../x", size: 1, sha256: "0") }?.hasPrefix("regionsArtifact")
                == true)
        #expect(refusal { $0.regionsArtifact = .init(name: "x", size: 1 << 40, sha256: "0") } != nil)
    }

    @Test("Few regions travel in the request, many as an artifact that is held against its digest")
    func regions() async throws {
        let database = try await migratedDatabase()
        let run = Identifier(try await newRun(in: database))
        func attach(_ count: Int) async throws -> (IngestRequest, BED) {
            let bed = BED((0..<count).map { (contig: "c\($0 % 3)", range: ($0 * 10)..<($0 * 10 + 4)) })
            let request = try await database.transaction {
                try await RunRegions.attach(bed, to: Self.good, run: run, on: $0)
            }
            return (request, bed)
        }
        let (few, fewRegions) = try await attach(20)
        #expect(few.regions?.count == 20 && few.regionsArtifact == nil)
        let (many, manyRegions) = try await attach(200_000)
        #expect(many.regions == nil)
        #expect(try EventCoding.encode(JobEvent(job: run, state: .requested, ingest: many)).count < 1000)
        let found = RunRegions(database)
        #expect(try await found.regions(of: run, few) == fewRegions)
        #expect(try await found.regions(of: run, many) == manyRegions)
        #expect(try await found.regions(of: run, Self.good) == nil)
        try await database.execute("UPDATE artifacts SET bytes = '\\x00' WHERE run_id = \(run.uuid) AND piece = 1")
        #expect(try await found.regions(of: run, many) == manyRegions, "it is fetched once")
        await #expect(throws: EventError.self) { try await RunRegions(database).regions(of: run, many) }
        await database.close()
    }
}
