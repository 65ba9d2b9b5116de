import Commands
import Events
import Foundation
import Genomics
import Hashing
import Messaging
import ModelRegistry
import NeuralNetwork
import Observability
import Storage
import Tasks
import VariantCalling

/// `helicase train variants`: makes a data set, then fits a network here or through the stack.
struct TrainVariants {
    private let command: ParsedCommand
    private let seed: UInt64
    private let epochs: Int
    private let workers = ProcessInfo.processInfo.activeProcessorCount

    init(_ command: ParsedCommand) throws {
        self.command = command
        seed = UInt64(try command.integer("seed", in: 0...Int.max) ?? 1)
        epochs = try command.integer("epochs", in: 1...1000) ?? 12
        if command.flag("local"), command.value("output") == nil {
            throw StartError(.usage, "--local needs --output: where the package goes")
        }
        if command.flag("local") {
            try OutputPath.checkFile(command.value("output") ?? "", force: command.flag("force"))
        }
    }

    func run() async throws {
        let data = try TrainingData(command.value("data") ?? "")
        let set = try SimulatedTrainingSet(
            reference: data.reference, truth: data.truth,
            windows: try command.integer("windows", in: 1...100_000) ?? 168,
            replicates: try command.integer("replicates", in: 1...1000) ?? 14, seed: seed,
            design: try DesignChoice.design(command))
        if command.flag("local") {
            try await fitHere(set, data)
        } else {
            try await fitInStack(set, data)
        }
    }

    private var line: String {
        "helicase train variants --data DIR --seed \(seed) --epochs \(epochs) "
            + "--windows \(command.value("windows") ?? "168") --replicates \(command.value("replicates") ?? "14")"
            + (command.value("technologies").map { " --technologies \($0)" } ?? "")
    }

    private func fitHere(_ set: SimulatedTrainingSet, _ data: TrainingData) async throws {
        // On disk as in the service: memory stays flat in the size of the set.
        let folder = ShardFolder(path: NSTemporaryDirectory() + "helicase-\(UUID().uuidString)")
        defer { folder.remove() }
        try await forEachWindow(of: set) { index, batch in try folder.write(batch.encode(), shard: index) }
        let trainer = try CallingTrainer(
            TaskTraining(seed: seed, epochs: epochs, dataDigests: data.digests, command: line),
            shards: folder.open(count: set.count))
        try await LocalTraining.run(trainer, workers: workers, output: command.value("output") ?? "")
    }

    private func fitInStack(_ set: SimulatedTrainingSet, _ data: TrainingData) async throws {
        let endpoints = try Endpoints(command)
        let job = Identifier()
        let producer = try await Producer(endpoints.messaging, topics: endpoints.topics)
        let request = TrainingRequest(
            task: "variants", dataset: job.description, shards: set.count, seed: seed, epochs: epochs,
            dataDigests: data.digests, command: line)
        // Job and examples have one key, so one train process receives both.
        try await producer.send(
            EventCoding.record(
                JobEvent(job: job, state: .requested, train: request), topic: Topics.jobs, key: job.description,
                id: "\(job)/train", source: "control"))
        try await forEachWindow(of: set) { index, batch in
            try await producer.send(
                EventCoding.record(
                    batch.encode(), type: .labelledExamples, contentType: ContentType.safetensors,
                    topic: Topics.labelledExamples, key: job.description, id: "\(job)/\(index)", source: "control",
                    extensions: [
                        EventExtension.dataset: job.description, EventExtension.unit: String(index),
                        EventExtension.records: String(batch.count),
                    ]))
        }
        await producer.close()
        try await endpoints.withDatabase { database in
            try await TrainingWait(job: job, database: database).finish(command, line: line, endpoints: endpoints)
        }
    }

    /// Makes the windows side by side and hands them on in their order.
    private func forEachWindow(
        of set: SimulatedTrainingSet, _ body: (Int, ExampleBatch) async throws -> Void
    ) async throws {
        let meter = ProgressMeter("simulating", total: set.count, unit: "windows")
        try await madeInOrder(count: set.count, workers: workers, make: set.examples) { index, batch in
            try await body(index, batch)
            meter.set(index + 1)
        }
        meter.finish()
    }
}

/// The files of a training data folder.
struct TrainingData {
    let reference: ReferenceGenome
    let truth: [Variant]
    /// SHA-256 of each file.
    let digests: [String: String]

    init(_ folder: String) throws {
        let names = [
            "GRCh38.chr20_chr21.first10Mb.fa.gz", "grch38_chr20/HG002.truth.GIABv4.2.1.chr20_0-8.9Mb.vcf.gz",
        ]
        var digests: [String: String] = [:]
        for name in names {
            digests[name] = SHA256Digest.hexadecimal(of: Array(try Files.read("\(folder)/\(name)")))
        }
        self.digests = digests
        reference = try ReferenceGenome(path: "\(folder)/\(names[0])")
        truth = try VCFReader.variants(path: "\(folder)/\(names[1])")
    }
}
