import Events
import Foundation
import ModelRegistry
import NeuralNetwork
import TestSupport
import Testing
import VariantCalling

extension EndToEnd {
    /// Training jobs as a user asks for them: examples through topics or in files, a version in the registry.
    @Suite("Training", .serialized)
    struct TrainingTests {
        @Test(
            "A training job registers a version, which is promoted and scores",
            .enabled(if: HelicaseData.isThere, "HELICASE_DATA holds no truth set to simulate from"))
        func train() async throws {
            let data = HelicaseData.folder.appending(path: "variants")
            let stack = try await Stack(.embedded)
            let arguments = [
                "train", "variants", "--data", data.path, "--windows", "4", "--replicates", "1", "--epochs", "1",
            ]
            let trained = try await stack.helicase(arguments + ["--promote"])
            #expect(trained.status == 0, "\(trained.errors)")
            let listed = try await stack.helicase("models", "list", "--json")
            let versions = try EventCoding.decode([ModelRegistry.Version].self, from: Array(listed.output.utf8))
                .filter { $0.name == CallingModel.name }
            #expect(versions.map(\.state) == [.retired, .production])
            let jobs = try await stack.database.query("SELECT state FROM jobs")
            #expect(try jobs.map { try $0.decode("state", as: String.self) } == ["done"])
            // The same bytes without a stack.
            let local = try await stack.helicase(
                arguments + ["--local", "--output", stack.folder.appending(path: "local.safetensors").path])
            #expect(local.output.contains(versions[1].digest), "\(local.output)\(local.errors)")
            try await stack.down()
        }

        @Test(
            "Killed and shared among processes, a training gives the bytes of one that nobody disturbed",
            arguments: Stack.Broker.tested)
        func disturbed(broker: Stack.Broker) async throws {
            let stack = try await Stack(broker, processes: ["train": 3], settings: NetworkTask.settings)
            let task = try NetworkTask(in: try NetworkTask.folder(), epochs: 250)
            async let trained = stack.helicase(task.arguments)
            // Whoever leads is killed once alone and once in company; so is one who helps.
            try await task.expectPast(5, members: 1, stack)
            try stack.signal(try await task.leader(stack))
            try await task.expectPast(20, members: 2, stack)
            let leader = try await task.leader(stack)
            try stack.signal(["train-1", "train-2", "train-3"].first { $0 != leader } ?? "")
            try await task.expectPast(40, members: 2, stack)
            try stack.signal(try await task.leader(stack))
            let finished = try await trained
            #expect(finished.status == 0, "\(finished.errors)")
            let terms: Int = try await stack.database.scalar("SELECT term FROM jobs")
            #expect(terms >= 3)

            let local = try await stack.helicase(task.arguments + ["--local", "--output", task.output])
            #expect(local.status == 0, "\(local.errors)")
            let digest: String = try await stack.database.scalar(
                "SELECT digest FROM model_versions WHERE name = 'motifs'")
            #expect(local.output.contains(digest))
            try await stack.down()
        }

        @Test("A job is listed, drawn and cancelled from the command line")
        func commands() async throws {
            let stack = try await Stack(.embedded, settings: NetworkTask.settings)
            let task = try NetworkTask(in: try NetworkTask.folder(), epochs: 100_000)
            async let trained = stack.helicase(task.arguments)
            try await task.expectPast(60, members: 1, stack)
            let listed = try await stack.helicase("jobs", "list")
            #expect(listed.output.contains("running") && listed.output.contains("network"))
            let job: String = try await stack.database.scalar("SELECT job_id::text FROM jobs")
            let curve = try await stack.helicase("jobs", "curve", String(job.prefix(8)), "--tsv")
            let header = "step\tepoch\tloss\tvalidation\trate\tnorm\texamples/s\tmembers\tat"
            #expect(curve.output.hasPrefix(header) && curve.output.split(separator: "\n").count > 5)
            let picture = stack.folder.appending(path: "curve.svg")
            _ = try await stack.helicase("jobs", "curve", job, "--output", picture.path)
            #expect(try String(contentsOf: picture, encoding: .utf8).contains("<svg"))
            let cancelled = try await stack.helicase("jobs", "cancel", job, "--reason", "enough")
            #expect(cancelled.status == 0, "\(cancelled.errors)")
            let finished = try await trained
            #expect(finished.status != 0 && finished.errors.contains("enough"))
            let shown = try await stack.helicase("jobs", "show", job)
            #expect(shown.output.contains("\"cancelled\""))
            let again = try await stack.helicase("jobs", "cancel", job)
            #expect(again.status != 0)
            try await stack.down()
        }
    }
}

/// A network to train from files: which of three motifs a sequence holds.
struct NetworkTask {
    /// A folder of its own: requests name no files of the stack's.
    static func folder() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appending(path: "training-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Program.atExit("rm -rf \"$0\"", [folder.path])
        return folder
    }

    /// Impatient processes that share even short steps.
    static let settings = [
        "HELICASE_TRAIN_LEASE": "3s", "HELICASE_TRAIN_CHECKPOINT": "200ms", "HELICASE_TRAIN_SHARE_FROM": "0s",
        "HELICASE_TRAIN_PATIENCE": "1s", "HELICASE_WORKERS": "1",
    ]

    let arguments: [String]
    let output: String

    init(in folder: URL, epochs: Int) throws {
        output = folder.appending(path: "local.safetensors").path
        let architecture = Architecture(
            input: [120, 4],
            layers: [
                .conv1d(filters: 32, kernel: 9, padding: 4), .relu, .conv1d(filters: 64, kernel: 9, padding: 4), .relu,
                .maxPool1d(kernel: 120), .flatten, .linear(outputs: 3),
            ])
        var options = TrainingOptions()
        (options.epochs, options.batchSize, options.shardSize, options.validationShare) = (epochs, 32, 8, 0.1)
        func write(_ name: String, _ bytes: some Sequence<UInt8>) throws -> String {
            let file = folder.appending(path: name)
            try Data(bytes).write(to: file)
            return file.path
        }
        arguments = try [
            "train", "network", "--architecture", write("architecture.json", JSONEncoder().encode(architecture)),
            "--options", write("options.json", JSONEncoder().encode(options)), "--data",
            write("examples.safetensors", MotifExamples.file(300)), "--model", "motifs", "--labels", "one,two,three",
        ]
    }

    /// Waits until the last point of the curve is behind a step, of at least so many members.
    func expectPast(
        _ step: Int, members: Int, _ stack: Stack, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let isPast = try await eventually(within: .seconds(90)) {
            let last = try await stack.database.query("SELECT step, members FROM job_progress ORDER BY at DESC LIMIT 1")
            guard let last = last.first else { return false }
            return try last.decode("step", as: Int.self) > step && last.decode("members", as: Int.self) >= members
        }
        #expect(isPast, "step \(step) is not passed by \(members)", sourceLocation: sourceLocation)
    }

    /// The process of the stack that leads the job.
    func leader(_ stack: Stack) async throws -> String {
        let instance: String = try await stack.database.scalar("SELECT coalesce(leader, '') FROM jobs")
        return instance.components(separatedBy: "-").suffix(2).joined(separator: "-")
    }
}
