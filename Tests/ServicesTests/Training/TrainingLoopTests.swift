import Events
import Foundation
import Messaging
import NeuralNetwork
import Storage
import TestSupport
import Testing

@testable import helicase_train

/// Jobs from their row to their version, by one process, by several, and by one after another.
@Suite("The training service", .serialized)
struct TrainingLoopTests {
    private static let fast = TrainingSettings(
        checkpointInterval: .milliseconds(50), patience: .milliseconds(500),
        shareFrom: .zero, reluctance: .milliseconds(200))

    @Test("A job gives the version that a training without a service gives, a learning curve, and word of both")
    func alone() async throws {
        let rig = try await TrainingRig()
        let request = try rig.request(epochs: 3)
        let job = try await rig.enqueue(request)
        try await rig.process("one").run {
            try await rig.expectEnd(of: job, "done")
            #expect(try await eventually { try await rig.events(of: job).last?.state == .done })
        }
        let expected = try rig.expectedDigest(request)
        #expect(try await rig.digest(of: job) == expected)
        let curve = try await rig.database.query(
            "SELECT epoch, validation_loss FROM job_progress WHERE job_id = \(job.uuid) AND validation_loss IS NOT NULL"
        )
        #expect(try curve.map { try $0.decode("epoch", as: Int.self) }.sorted() == [1, 2, 3])
        let events = try await rig.events(of: job)
        #expect(events.last?.message == "motifs@1")
        #expect(events.first?.progress?.steps == 27)
        let checkpoints: Int = try await rig.database.scalar("SELECT count(*) FROM training_checkpoints")
        #expect(checkpoints == 0)
    }

    @Test("A stopped process leaves a checkpoint, and the next goes on to the same bytes")
    func resumed() async throws {
        let rig = try await TrainingRig()
        let request = try rig.request(epochs: 40)
        let job = try await rig.enqueue(request)
        try await rig.process("one", settings: Self.fast).run { try await rig.expectPast(5, of: job) }
        #expect(try await rig.state(job) == "running")
        let step: Int = try await rig.database.scalar("SELECT max(step) FROM training_checkpoints")
        #expect(step > 5)
        try await rig.process("two", settings: Self.fast).run { try await rig.expectEnd(of: job, "done") }
        let expected = try rig.expectedDigest(request)
        #expect(try await rig.digest(of: job) == expected)
        let terms: Int = try await rig.database.scalar("SELECT term FROM jobs")
        #expect(terms == 2)
    }

    @Test("Processes that share a job give the same bytes as one, also when one of them comes late and one goes early")
    func shared() async throws {
        let rig = try await TrainingRig()
        let request = try rig.request(epochs: 60)
        let job = try await rig.enqueue(request)
        let (one, two, three) = (
            try await rig.process("one", settings: Self.fast), try await rig.process("two", settings: Self.fast),
            try await rig.process("three", settings: Self.fast)
        )
        try await one.run {
            try await rig.expectPast(0, of: job)
            try await two.run {
                try await three.run { try await rig.expectPast(0, of: job, members: 3) }
                try await rig.expectEnd(of: job, "done")
            }
        }
        let expected = try rig.expectedDigest(request)
        #expect(try await rig.digest(of: job) == expected)
        let terms: Int = try await rig.database.scalar("SELECT term FROM jobs")
        #expect(terms == 1)
    }

    @Test("A helper takes over from a leader that stops, and the bytes are the same")
    func takenOver() async throws {
        let rig = try await TrainingRig()
        let request = try rig.request(epochs: 60)
        let processes = [
            try await rig.process("one", settings: Self.fast), try await rig.process("two", settings: Self.fast),
        ]
        try await withThrowingTaskGroup(of: Void.self) { group in
            let job = try await rig.enqueue(request)
            let leader = Task {
                try await rig.expectPast(0, of: job, members: 2)
                return try await rig.database.scalar("SELECT leader FROM jobs", as: String.self)
            }
            for process in processes {
                group.addTask {
                    try await process.run {
                        let isLeader = try await leader.value == process.loop.context.instance
                        if !isLeader { try await rig.expectEnd(of: job, "done") }
                    }
                }
            }
            try await group.waitForAll()
            let expected = try rig.expectedDigest(request)
            #expect(try await rig.digest(of: job) == expected)
            let terms: Int = try await rig.database.scalar("SELECT term FROM jobs")
            #expect(terms == 2)
        }
    }

    @Test("A cancelled job stops, stays cancelled when its request comes again, and leaves nothing behind")
    func cancelled() async throws {
        let rig = try await TrainingRig()
        let job = Identifier()
        let request = try JobEvent(job: job, state: .requested, train: rig.request(epochs: 100_000)).record(id: "train")
        try await rig.process("one", settings: Self.fast, readsTopics: true).run {
            try await rig.send([request])
            try await rig.expectPast(3, of: job)
            try await rig.send([
                try JobEvent(job: job, state: .cancelRequested, message: "enough").record(id: "cancel"), request,
            ])
            try await rig.expectEnd(of: job, "cancelled")
            #expect(try await rig.message(of: job) == "enough")
            // The process is free again.
            let other = try await rig.enqueue(try rig.request(epochs: 1))
            try await rig.expectEnd(of: other, "done")
            #expect(try await rig.state(job) == "cancelled")
        }
        #expect(try await rig.events(of: job).map(\.state).filter { $0 != .running }.contains(.cancelled))
        let left: Int = try await rig.database.scalar("SELECT count(*) FROM training_checkpoints")
        #expect(left == 0)
    }

    @Test("A data set comes through the topic, and a process that has not seen it reads it again")
    func dataset() async throws {
        let rig = try await TrainingRig()
        let job = Identifier()
        var request = try rig.request(epochs: 30)
        (request.files, request.shards, request.dataset) = (nil, 3, job.description)
        request.dataDigests = [:]
        let shards = (0..<3).map { MotifExamples.file(60, split: $0 == 2 ? "validation" : "training", seed: $0) }
        let records = shards.enumerated().map { index, bytes in
            EventCoding.record(
                bytes, type: .labelledExamples, contentType: ContentType.safetensors, topic: Topics.labelledExamples,
                key: job.description, id: "\(job)/\(index)", source: "control",
                extensions: [
                    EventExtension.dataset: job.description, EventExtension.unit: String(index),
                    EventExtension.records: "60",
                ])
        }
        let event = try JobEvent(job: job, state: .requested, train: request).record(id: "train")
        try await rig.process("one", settings: Self.fast, readsTopics: true).run {
            try await rig.send([records[0], event, records[1]])
            // Not before it is complete.
            #expect(try await eventually { try await rig.state(job) == "queued" })
            try await rig.send([records[2], records[0]])
            try await rig.expectPast(3, of: job)
        }
        try await rig.process("two", settings: Self.fast).run { try await rig.expectEnd(of: job, "done") }
        let folder = ShardFolder(path: rig.folder.appending(path: "all").path)
        for (index, bytes) in shards.enumerated() { try folder.write(bytes, shard: index) }
        let expected = try request.prepare(folder).fit(TrainingSession()).digest()
        #expect(try await rig.digest(of: job) == expected)
    }

    @Test("A job that cannot be done fails and says why: a bad request, a file that is another, a shard that is none")
    func failures() async throws {
        let rig = try await TrainingRig()
        var unknown = try rig.request(epochs: 1)
        unknown.task = "weather"
        var changed = try rig.request(epochs: 1)
        changed.dataDigests = changed.dataDigests.mapValues { _ in "0" }
        var misfit = try rig.request(epochs: 1)
        misfit.architecture = try JSONDocument(encoding: Architecture(input: [5], layers: [.linear(outputs: 3)]))
        var broken = try rig.request(epochs: 1)
        broken.architecture = .string("none")
        var incomplete = try rig.request(epochs: 1)
        (incomplete.files, incomplete.shards) = (nil, 1)
        let jobs = (0..<5).map { _ in Identifier() }
        incomplete.dataset = jobs[4].description
        var records = try zip(jobs, [unknown, changed, misfit, broken, incomplete]).map {
            try JobEvent(job: $0, state: .requested, train: $1).record(id: "train")
        }
        records.append(
            EventCoding.record(
                [1, 2, 3], type: .labelledExamples, contentType: ContentType.safetensors,
                topic: Topics.labelledExamples, key: jobs[4].description, id: "x", source: "control",
                extensions: [EventExtension.dataset: jobs[4].description, EventExtension.unit: "0"]))
        let texts = ["weather", "another than when", "inputs", "", "truncated"]
        try await rig.process("one", settings: Self.fast, readsTopics: true).run {
            try await rig.send(records)
            for (job, text) in zip(jobs, texts) {
                try await rig.expectEnd(of: job, "failed")
                let message = try await rig.message(of: job) ?? ""
                #expect(text.isEmpty || message.contains(text), "\(message)")
                #expect(try await eventually { try await rig.events(of: job).last?.state == .failed })
            }
        }
    }

    @Test(
        "A training that would make a false model registers none: weights not finite, a file twice, bases that are none"
    )
    func falseModels() async throws {
        let rig = try await TrainingRig()
        var infinite = try rig.request(epochs: 1)
        var options = TrainingOptions()
        (options.batchSize, options.learningRate, options.schedule) = (512, 3e38, .constant)
        infinite.options = try JSONDocument(encoding: options)
        var twice = try rig.request(epochs: 1)
        twice.validationFiles = twice.files
        var letters = try rig.request(epochs: 1)
        let file = rig.folder.appending(path: "letters.safetensors")
        let codes = (0..<40).flatMap { _ in [65, 67, 71, 84] as [Float] }
        try Data(
            Safetensors.encode(tensors: [
                .init(name: "inputs", shape: [8, 20], floats: codes),
                .init(name: "targets", dtype: .u8, shape: [8], bytes: [0, 1, 0, 1, 0, 1, 0, 1]),
            ])
        ).write(to: file)
        (letters.files, letters.dataDigests, letters.options) = ([file.path], [:], nil)
        letters.architecture = try JSONDocument(
            encoding: Architecture(bases: 20, layers: [.oneHot, .flatten, .linear(outputs: 2)]))
        let texts = ["not finite", "cannot validate", "65 at position 0 is no base code"]
        let jobs = try await [rig.enqueue(infinite), rig.enqueue(twice), rig.enqueue(letters)]
        try await rig.process("one", settings: Self.fast).run {
            for (job, text) in zip(jobs, texts) {
                try await rig.expectEnd(of: job, "failed")
                let message = try await rig.message(of: job) ?? ""
                #expect(message.contains(text), "\(message)")
            }
        }
        let versions: Int = try await rig.database.scalar("SELECT count(*) FROM model_versions")
        #expect(versions == 0)
    }

    @Test("A file that is changed while a job reads it fails the job")
    func changedFile() async throws {
        let rig = try await TrainingRig()
        let request = try rig.request(epochs: 100_000)
        let file = URL(filePath: try #require(request.files?.first))
        let job = try await rig.enqueue(request)
        try await rig.process("one", settings: Self.fast).run {
            try await rig.expectPast(3, of: job)
            // The first number of the first example, which is 0 or 1, gets another last bit.
            let handle = try FileHandle(forUpdating: file)
            let header = try #require(try handle.read(upToCount: 8)).withUnsafeBytes {
                $0.loadUnaligned(as: UInt64.self)
            }
            try handle.seek(toOffset: 8 + UInt64(littleEndian: header))
            try handle.write(contentsOf: [1])
            try handle.close()
            try await rig.expectEnd(of: job, "failed")
        }
        #expect(try await rig.message(of: job)?.contains("changed while it was read") == true)
    }
}
