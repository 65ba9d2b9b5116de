import Events
import Foundation
import Hashing
import NeuralNetwork
import SequenceAnalysis
import Storage
import TestSupport
import Testing

extension EndToEnd {
    /// Records of a task that reads no reads, through the same five stages.
    @Suite("Runs of other tasks", .serialized)
    struct TaskTests {
        private static let length = 40

        /// A network with random weights over sequences of 40 bases.
        private static func package(seed: UInt64) throws -> ModelPackage {
            let layers: [LayerSpecification] = [.conv1d(filters: 8, kernel: 5), .relu, .maxPool(), .linear(outputs: 2)]
            return try ModelPackage(
                Network(Architecture(bases: length, layers: layers), seed: seed),
                featureVersion: SequenceTask.featureVersion, labels: ["no", "yes"])
        }

        /// Records of which some cannot be used, as FASTA.
        private static func fasta(_ count: Int) -> String {
            var random = SplitMix64(seed: 3)
            return (0..<count).map { number in
                let bases = String(
                    decoding: (0..<length).map { _ in Array("ACGT".utf8)[Int(random.next() >> 62)] }, as: UTF8.self)
                switch number {
                case 3: return ">r3\n\n"
                case 5: return ">r5 a protein\n" + String(repeating: "MLEF", count: 10) + "\n"
                case 8: return ">r8\nACGT\n"
                case 9: return ">r9\n\(bases.lowercased())\n"
                default: return ">r\(number)\n\(bases.prefix(25))\n\(bases.dropFirst(25))\n"
                }
            }.joined()
        }

        /// Units that the stage of a process has done of the newest run; of `ingest`, batches.
        private func units(of process: String, _ stack: Stack) async throws -> Int {
            let stage = String(process.split(separator: "-")[0])
            return try await stack.database.scalar(
                """
                SELECT coalesce((SELECT CASE WHEN \(stage) = 'ingest' THEN batches_sent ELSE (
                    SELECT done FROM run_stages s WHERE s.run_id = r.run_id AND stage = \(stage)) END
                FROM runs r ORDER BY opened_at DESC LIMIT 1), 0)
                """)
        }

        @Test(
            "A stream of sequences gives the table that `predict` gives, also under `kill -9`",
            arguments: Stack.Broker.tested)
        func sequences(_ broker: Stack.Broker) async throws {
            let stack = try await Stack(
                broker, processes: ["train": 0], settings: ["HELICASE_INGEST_BATCH_BYTES": "16KB"])
            // Requests may name nothing in a stack's own folder.
            let folder = FileManager.default.temporaryDirectory.appending(path: "task-\(UUID().uuidString.prefix(8))")
            defer { try? FileManager.default.removeItem(at: folder) }
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let (model, input) = (folder.appending(path: "m.safetensors"), folder.appending(path: "records.fa"))
            try Data(Self.package(seed: 1).encode()).write(to: model)
            try Data(Self.fasta(20_000).utf8).write(to: input)
            let predicted = folder.appending(path: "predicted.tsv")
            let local = try await stack.helicase(
                "predict", "sequence", "--model", model.path, "--input", input.path, "--output", predicted.path)
            #expect(local.status == 1 && local.errors.contains("3 of 20000 records"), "\(local.errors)")

            let imported = try await stack.helicase(
                "models", "import", model.path, "--name", "toy", "--promote", "--reason", "a test")
            try #require(imported.status == 0, "\(imported.errors)")
            let output = folder.appending(path: "out")
            let arguments = [
                "run", "--task", "sequence", "--model", "toy", "--input", input.path, "--output", output.path,
                "--allow-incomplete",
            ]
            // Four groups lose their only member, one after the other.
            async let run = stack.helicase(arguments, within: .seconds(400))
            if broker == .apacheKafka {
                for process in ["ingest-1", "encode-1", "infer-1", "report-1"] {
                    let restarts = try stack.restarts(of: process)
                    let isUnderWay = try await eventually { try await units(of: process, stack) > 0 }
                    #expect(isUnderWay)
                    try stack.signal(process)
                    let isBack = try await eventually { try stack.restarts(of: process) > restarts }
                    #expect(isBack)
                }
            }
            let program = try await run
            let logs = try stack.logs()
            #expect(program.status == 0, "\(program.errors)\(logs)")
            #expect(try Data(contentsOf: output.appending(path: "records.tsv")) == Data(contentsOf: predicted))
            let report = try EventCoding.decode(
                TaskReport.self, from: Array(Data(contentsOf: output.appending(path: "records.report.json"))))
            #expect(report.status == .incomplete && report.records == 20_000 && report.scored == 19_997)
            #expect(report.problemCount == 3 && report.model?.name == "toy")
            let rows: Int = try await stack.database.scalar(
                "SELECT count(*) FROM predictions WHERE run_id = \(report.run.uuid)")
            #expect(rows == 20_000)
            // The rows come before the record.
            let isPublished = try await eventually { try await !stack.records(Topics.reports, of: report.run).isEmpty }
            let published = try await stack.records(Topics.reports, of: report.run)
            #expect(isPublished && Set(published.map { $0.header("ce_id") }).count == 1)
            if broker == .apacheKafka { #expect(published.count == 1) }
            try await windows(stack, folder: folder)
            try await track(stack, folder: folder)
            try await variants(stack, folder: folder)
            try await signal(stack, folder: folder)
            try await stack.down()
        }

        /// Windows of a reference are scored alike by a stream and by `predict`, and one that lies beyond its end is named.
        private func windows(_ stack: Stack, folder: URL) async throws {
            let (reference, bed) = (folder.appending(path: "genome.fa"), folder.appending(path: "windows.bed"))
            let bases = Self.fasta(60).components(separatedBy: "\n").filter { $0.count == 25 }.joined()
            try ">g\n\(bases)\n".write(to: reference, atomically: true, encoding: .utf8)
            let lines = (0..<50).map {
                "g\t\(10 * $0)\t\(10 * $0 + Self.length)\tw\($0)\t0\t\($0 % 2 == 0 ? "+" : "-")\n"
            }
            try (lines.joined() + "g\t\(bases.count - 5)\t\(bases.count + 35)\n").write(
                to: bed, atomically: true, encoding: .utf8)
            let (predicted, output) = (folder.appending(path: "w.tsv"), folder.appending(path: "windows"))
            let local = try await stack.helicase(
                "predict", "sequence", "--model", folder.appending(path: "m.safetensors").path, "--input", bed.path,
                "--reference", reference.path, "--output", predicted.path)
            #expect(local.status == 1 && local.errors.contains("ends past the end of g"), "\(local.errors)")
            let run = try await stack.helicase(
                [
                    "run", "--task", "sequence", "--model", "toy", "--input", bed.path, "--reference", reference.path,
                    "--output", output.path, "--allow-incomplete",
                ], within: .seconds(120))
            let logs = try stack.logs()
            #expect(run.status == 0, "\(run.errors)\(logs)")
            let table = try Data(contentsOf: output.appending(path: "windows.tsv"))
            #expect(try table == Data(contentsOf: predicted))
            #expect(String(decoding: table, as: UTF8.self).split(separator: "\n").count == 52)
        }

        /// Windows that tile a contig become a track; those that overlap fail the run, with the line.
        private func track(_ stack: Stack, folder: URL) async throws {
            let (reference, bed) = (folder.appending(path: "genome.fa"), folder.appending(path: "tiles.bed"))
            let tiles = (0..<20).map { "g\t\(50 * $0)\t\(50 * $0 + ($0 == 4 ? 30 : Self.length))\n" }
            try tiles.joined().write(to: bed, atomically: true, encoding: .utf8)
            let predicted = folder.appending(path: "t.bedgraph")
            let local = try await stack.helicase(
                "predict", "sequence", "--model", folder.appending(path: "m.safetensors").path, "--input", bed.path,
                "--reference", reference.path, "--output", predicted.path)
            #expect(local.status == 1 && local.errors.contains("1 of 20 records"), "\(local.errors)")
            func run(_ input: String, _ output: String, _ format: String) async throws -> Program {
                try await stack.helicase(
                    [
                        "run", "--task", "sequence", "--model", "toy", "--input", folder.appending(path: input).path,
                        "--reference", reference.path, "--output", folder.appending(path: output).path,
                        "--allow-incomplete", "--format", format,
                    ], within: .seconds(120))
            }
            let graph = try await run("tiles.bed", "track", "bedgraph")
            let logs = try stack.logs()
            #expect(graph.status == 0, "\(graph.errors)\(logs)")
            let lines = try Data(contentsOf: folder.appending(path: "track/tiles.bedgraph"))
            #expect(try lines == Data(contentsOf: predicted))
            #expect(String(decoding: lines, as: UTF8.self).split(separator: "\n").count == 19)
            let overlapping = try await run("windows.bed", "overlaps", "bw")
            #expect(overlapping.status == 1 && overlapping.errors.contains("record 2"), "\(overlapping.errors)")
            #expect(overlapping.errors.contains("a track has one value a base"))
            let unmeant = try await run("records.fa", "none", "bw")
            #expect(unmeant.status == 2 && unmeant.errors.contains("one BED file"), "\(unmeant.errors)")
        }

        /// Windows with a track beside them, for a network of two inputs; the request holds the track's digest.
        private func signal(_ stack: Stack, folder: URL) async throws {
            let architecture = Architecture(
                inputs: [
                    InputSpecification(name: "sequence", kind: .bases, shape: [Self.length]),
                    InputSpecification(name: "signal", shape: [Self.length, 1]),
                ],
                layers: [
                    .parallel([
                        .init([.conv1d(filters: 4, kernel: 5), .flatten], input: "sequence"),
                        .init([.flatten], input: "signal"),
                    ]),
                    .linear(outputs: 2),
                ])
            let package = try ModelPackage(
                Network(architecture, seed: 5), featureVersion: SequenceTask.featureVersion, labels: ["no", "yes"])
            let model = folder.appending(path: "signal.safetensors")
            try Data(package.encode()).write(to: model)
            let imported = try await stack.helicase(
                "models", "import", model.path, "--name", "signal", "--promote", "--reason", "a test")
            try #require(imported.status == 0, "\(imported.errors)")
            let (track, bed) = (folder.appending(path: "signal.bedgraph"), folder.appending(path: "w2.bed"))
            let lines = (0..<100).map { "g\t\(10 * $0)\t\(10 * $0 + 9)\t\(Float($0 % 7) / 3)\n" }
            try lines.joined().write(to: track, atomically: true, encoding: .utf8)
            let windows = (0..<300).map {
                "g\t\(3 * $0)\t\(3 * $0 + Self.length)\tw\($0)\t0\t\($0 % 2 == 0 ? "+" : "-")\n"
            }
            try windows.joined().write(to: bed, atomically: true, encoding: .utf8)
            let common = [
                "--input", bed.path, "--reference", folder.appending(path: "genome.fa").path, "--track",
                "signal=\(track.path)",
            ]
            let predicted = folder.appending(path: "signal.tsv")
            let local = try await stack.helicase(
                ["predict", "sequence", "--model", model.path, "--output", predicted.path] + common)
            #expect(local.status == 0 && local.errors.contains("count as 0"), "\(local.errors)")
            let output = folder.appending(path: "signal")
            let run = try await stack.helicase(
                ["run", "--task", "sequence", "--model", "signal", "--output", output.path] + common,
                within: .seconds(120))
            let logs = try stack.logs()
            #expect(run.status == 0, "\(run.errors)\(logs)")
            #expect(try Data(contentsOf: output.appending(path: "w2.tsv")) == Data(contentsOf: predicted))
            let report = try EventCoding.decode(
                TaskReport.self, from: Array(Data(contentsOf: output.appending(path: "w2.report.json"))))
            #expect(report.status == .final && report.problems.first?.message.contains("count as 0") == true)
            let request = try #require(
                await stack.database.query("SELECT request FROM runs WHERE run_id = \(report.run.uuid)").first)
            let tracks = try request.decode("request", as: JSON.self).decode(IngestRequest.self).task?.tracks
            #expect(try tracks?.map(\.digest) == [SHA256Digest.hexadecimal(ofFile: track.path)])
            let unmeant = try await stack.helicase(
                Array(["run", "--task", "sequence", "--model", "toy", "--output", output.path + "2"] + common),
                within: .seconds(120))
            #expect(unmeant.status == 1 && unmeant.errors.contains("reads no track signal"), "\(unmeant.errors)")
        }

        /// A VCF comes back as `predict effect` writes it, and what cannot be scored of it is named.
        private func variants(_ stack: Stack, folder: URL) async throws {
            let (reference, input) = (folder.appending(path: "genome.fa"), folder.appending(path: "some.vcf"))
            let text = try String(contentsOf: reference, encoding: .utf8).split(separator: "\n")[1]
            let bases = Array(text.utf8).map { Character(Unicode.Scalar($0)) }
            var random = SplitMix64(seed: 7)
            var lines = (0..<4000).map { _ in
                let place = random.index(below: bases.count - 20)
                let reference = String(bases[place...place + random.index(below: 3)])
                let alternate = [
                    "A,C", "G", reference + "ACC", String(reference.prefix(1)), "*", "T,<DEL>", reference + ",A",
                ][random.index(below: 7)]
                return "g\t\(place + 1)\t.\t\(reference)\t\(alternate)\t.\tPASS\tX=1\tGT\t0/1\n"
            }
            lines[5] = "g\t100\t.\t\(bases[99] == "A" ? "C" : "A")\tT\t.\t.\t.\n"
            lines[6] = "h\t100\t.\tA\tT\t.\t.\t.\n"
            lines[7] = "no record\n"
            lines[8] = "g\t\(bases.count + 5)\t.\tA\tT\t.\t.\t.\n\n"
            let header = "##fileformat=VCFv4.3\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tS\n"
            try (header + lines.joined()).write(to: input, atomically: true, encoding: .utf8)
            let predicted = folder.appending(path: "some.predicted.vcf.gz")
            let local = try await stack.helicase(
                "predict", "effect", "--model", "toy", "--variants", input.path, "--reference", reference.path,
                "--output",
                predicted.path)
            #expect(local.status == 1 && local.errors.contains("of 4000 records"), "\(local.errors)")
            let output = folder.appending(path: "variants")
            let arguments = [
                "run", "--task", "sequence", "--model", "toy", "--input", input.path, "--reference", reference.path,
                "--output", output.path,
            ]
            let run = try await stack.helicase(arguments, within: .seconds(120))
            let logs = try stack.logs()
            #expect(run.status == 1 && run.errors.contains("is incomplete"), "\(run.errors)\(logs)")
            #expect(try Data(contentsOf: output.appending(path: "some.vcf.gz")) == Data(contentsOf: predicted))
            let report = try EventCoding.decode(
                TaskReport.self, from: Array(Data(contentsOf: output.appending(path: "some.report.json"))))
            #expect(report.records == 4000 && report.scored == 4000 - report.problemCount)
            #expect(local.errors.contains("\(report.problemCount) of 4000 records"), "\(local.errors)")
            let unread = try await stack.helicase(
                Array(arguments.prefix(7) + ["--output", folder.appending(path: "unread").path]))
            #expect(unread.status == 1 && unread.errors.contains("say with --reference"), "\(unread.errors)")
        }
    }
}
