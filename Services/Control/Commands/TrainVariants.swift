import Events
import Foundation
import Genomics
import Hashing
import Messaging
import ModelRegistry
import NeuralNetwork
import ServiceRuntime
import Storage
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
        epochs = try command.integer("epochs", in: 1...1000) ?? 8
        if command.flag("local"), command.value("output") == nil {
            throw ServiceRuntimeError(.usage, "--local needs --output: where the package goes")
        }
    }

    func run() async throws {
        let data = try TrainingData(command.value("data") ?? "")
        let set = try SimulatedTrainingSet(
            reference: data.reference, truth: data.truth, confident: data.confident,
            windows: try command.integer("windows", in: 1...100_000) ?? 168,
            replicates: try command.integer("replicates", in: 1...1000) ?? 6, seed: seed)
        if command.flag("local") {
            try await fitHere(set, data)
        } else {
            try await fitInStack(set, data)
        }
    }

    private var line: String {
        "helicase train variants --data DIR --seed \(seed) --epochs \(epochs) "
            + "--windows \(command.value("windows") ?? "168") --replicates \(command.value("replicates") ?? "6")"
    }

    private func fitHere(_ set: SimulatedTrainingSet, _ data: TrainingData) async throws {
        var (training, validation) = ([ExampleBatch](), [ExampleBatch]())
        try await forEachWindow(of: set) { _, batch in
            if batch.split == .validation { validation.append(batch) } else { training.append(batch) }
        }
        let count = training.reduce(0) { $0 + $1.count }
        FileHandle.standardError.write(
            Data("\(count) examples to train on, \(validation.reduce(0) { $0 + $1.count }) to validate on\n".utf8))
        let trainer = CallingTrainer(
            .init(
                seed: seed, epochs: epochs, workers: workers, dataDigests: data.digests, command: line + " --local",
                split: SimulatedTrainingSet.splitDescription))
        let meter = ProgressMeter("training", unit: "steps")
        let (shownTraining, shownValidation) = (training, validation)
        let package = try await BlockingWork.run {
            try trainer.fit(training: shownTraining, validation: shownValidation) { progress in
                meter.set(total: progress.steps)
                meter.set(progress.step)
                if let epoch = progress.finished { Self.show(epoch) }
            }
        }
        meter.finish()
        let path = command.value("output") ?? ""
        try Data(package.encode()).write(to: URL(fileURLWithPath: path), options: .atomic)
        for (name, value) in package.lineage.metrics.sorted(by: { $0.key < $1.key }) { print("\(name)  \(value)") }
        print("wrote \(path), digest \(try package.digest())")
    }

    private static func show(_ epoch: EpochReport) {
        let accuracy = epoch.validation?.classification.map { ", accuracy \($0.accuracy)" } ?? ""
        let validation = epoch.validation.map { ", validation loss \($0.loss)\(accuracy)" } ?? ""
        FileHandle.standardError.write(Data("epoch \(epoch.epoch): loss \(epoch.loss)\(validation)\n".utf8))
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
            let version = try await TrainingWait(job: job, database: database).version()
            print("\(version.label) is registered as a candidate.")
            guard command.flag("promote") else { return }
            try await PromotionCommands.promoteNew(
                version, ModelRegistry(database), endpoints, reason: "trained by \(line)")
        }
    }

    /// Makes the windows side by side and hands them on in their order.
    private func forEachWindow(
        of set: SimulatedTrainingSet, _ body: (Int, ExampleBatch) async throws -> Void
    ) async throws {
        let meter = ProgressMeter("simulating", total: set.count, unit: "windows")
        for start in stride(from: 0, to: set.count, by: workers) {
            let indexes = Array(start..<min(start + workers, set.count))
            let made = try await withThrowingTaskGroup(of: (Int, ExampleBatch).self) { group in
                for index in indexes { group.addTask { (index, try set.examples(index)) } }
                var made: [Int: ExampleBatch] = [:]
                for try await (index, batch) in group { made[index] = batch }
                return made
            }
            for index in indexes { if let batch = made[index] { try await body(index, batch) } }
            meter.set(start + indexes.count)
        }
        meter.finish()
    }
}

/// The files of a training data folder.
struct TrainingData {
    let reference: ReferenceGenome
    let truth: [Variant]
    let confident: BED
    /// SHA-256 of each file.
    let digests: [String: String]

    init(_ folder: String) throws {
        let names = [
            "GRCh38.chr20_chr21.first10Mb.fa.gz", "grch38_chr20/HG002.truth.GIABv4.2.1.chr20_0-8.9Mb.vcf.gz",
            "grch38_chr20/HG002.confident.chr20_0-8.9Mb.bed",
        ]
        var digests: [String: String] = [:]
        for name in names {
            guard let data = FileManager.default.contents(atPath: "\(folder)/\(name)") else {
                throw ControlError("\(folder)/\(name) cannot be read")
            }
            digests[name] = SHA256Digest.hexadecimal(of: Array(data))
        }
        self.digests = digests
        reference = try ReferenceGenome(path: "\(folder)/\(names[0])")
        truth = try VCFReader.variants(path: "\(folder)/\(names[1])")
        confident = try BED(path: "\(folder)/\(names[2])")
    }
}

/// Waits for a training job by its row in `jobs`.
struct TrainingWait {
    let job: Identifier
    let database: Database

    func version() async throws -> ModelRegistry.Version {
        let meter = ProgressMeter("training", unit: "steps")
        defer { meter.finish() }
        while true {
            let rows = try await database.query("SELECT state, outcome, progress FROM jobs WHERE job_id = \(job.uuid)")
            if let row = rows.first {
                if let progress = try row.decode("progress", as: JSON?.self)?.decode(TrainingProgress.self) {
                    meter.set(total: progress.steps)
                    meter.set(progress.step)
                }
                switch try row.decode("state", as: String.self) {
                case "done":
                    guard let outcome = try row.decode("outcome", as: JSON?.self) else { break }
                    return try outcome.decode(ModelRegistry.Version.self)
                case "failed":
                    let reason = try row.decode("outcome", as: JSON?.self)?.decode([String: String].self)["message"]
                    throw ControlError("the training failed: \(reason ?? "unknown")")
                default: break
                }
            }
            try await Task.sleep(for: .milliseconds(300))
        }
    }
}
