import Foundation
import Hashing
import Testing

@testable import NeuralNetwork

/// Trainings that once gave a wrong model, or a lineage that was not true, without a word.
@Suite("Trainings that can be believed")
struct BelievableTrainingTests {
    private let bench: BaseExamples

    init() throws { bench = try BaseExamples() }

    private func refusal(
        _ files: [SafetensorsFile], validation: [SafetensorsFile] = [],
        _ options: TrainingOptions = BaseExamples.options(),
        architecture: Architecture = BaseExamples.architecture(), sourceLocation: SourceLocation = #_sourceLocation
    ) -> String {
        let error = #expect(throws: NeuralNetworkError.self, sourceLocation: sourceLocation) {
            try bench.training(files, validation: validation, options, architecture: architecture)
                .fit(TrainingSession())
        }
        return error?.description ?? ""
    }

    @Test("Weights that leave the range of numbers end the training, in its last step too")
    func notFinite() throws {
        let options = BaseExamples.options(1) {
            ($0.batchSize, $0.learningRate, $0.schedule, $0.optimizer) = (256, 3e38, .constant, .adamW())
        }
        let text = refusal([try bench.file("tr.st")], options)
        #expect(
            text.hasPrefix("step 1: the weights are not finite any more") && text.contains("lower the learning rate"))
    }

    @Test("An average of weights holds nothing of the initial ones after a few steps")
    func average() throws {
        let (file, held) = (try bench.file("tr.st", 400), try bench.file("va.st", 80, seed: 2))
        let losses = try ([nil, 0.999] as [Float?]).map { decay in
            let options = BaseExamples.options(10) { $0.averageDecay = decay }
            let package = try bench.training([file], validation: [held], options).fit(TrainingSession())
            return try #require(package.lineage.metrics["validation.loss"])
        }
        #expect(losses[0] < 0.35 && losses[1] < losses[0] + 0.15, "\(losses)")
    }

    @Test("Batch norm of a single value is refused: a batch, a shard or a last shard of one example")
    func batchNormOfOne() throws {
        let architecture = BaseExamples.architecture(between: [.batchNorm()])
        let file = try bench.file("tr.st", 33)
        func options(_ batch: Int, _ shard: Int) -> TrainingOptions {
            BaseExamples.options(1) { ($0.batchSize, $0.shardSize) = (batch, shard) }
        }
        for (batch, shard) in [(1, 32), (32, 1), (32, 32), (33, 32), (64, 8)] {
            let text = refusal([file], options(batch, shard), architecture: architecture)
            #expect(text.contains("a single value has no variance") && text.contains("layer 3"), "\(batch) \(shard)")
        }
        _ = try bench.training([file], options(33, 33), architecture: architecture).fit(TrainingSession())
        _ = try bench.training([file], options(30, 10), architecture: architecture).fit(TrainingSession())
        // Over positions there are many values in one example.
        let positions = Architecture(
            bases: BaseExamples.length,
            layers: [.conv1d(filters: 4, kernel: 5), .batchNorm(), .maxPool(), .linear(outputs: 2)])
        _ = try bench.training([file], options(1, 1), architecture: positions).fit(TrainingSession())
    }

    @Test("A training without any target is refused; with some missing it is not")
    func missingTargets() throws {
        let options = BaseExamples.options { $0.loss = .binaryCrossEntropy() }
        let architecture = BaseExamples.architecture(outputs: 1)
        let none = try bench.file("trn.st") { _, targets in targets = targets.map { _ in .nan } }
        #expect(refusal([none], options, architecture: architecture).contains("no example has a target"))
        let some = try bench.file("some.st") { _, targets in for i in 0..<60 { targets[i] = .nan } }
        _ = try bench.training([some], options, architecture: architecture).fit(TrainingSession())
    }

    @Test("A share to validate on that comes to no example is refused, and the lineage says how many a share is")
    func noShare() throws {
        let file = try bench.file("tr.st", 200)
        let text = refusal([file], BaseExamples.options { $0.validationShare = 0.001 })
        #expect(text.hasPrefix("validationShare: 0.001 of 200 examples is none"))
        let package = try bench.training([file], BaseExamples.options { $0.validationShare = 0.1 })
            .fit(TrainingSession())
        #expect(package.lineage.split.hasPrefix("180 examples train; 20 others, drawn by the seed, choose the epoch"))
        #expect(package.lineage.metrics["training.examples"] == 180)
        let alone = try bench.training([file]).fit(TrainingSession())
        #expect(alone.lineage.split == "200 examples train, none validate: the last epoch is kept")
    }

    @Test("The same bytes twice are refused, under one name or two, as training and as validation")
    func sameFile() throws {
        let (file, copy) = (try bench.file("tr.st"), try bench.file("copy.st"))
        let other = try bench.file("other.st", seed: 2)
        #expect(refusal([file, file]).contains("\(file.path): the file is named twice"))
        #expect(refusal([file, copy]).contains("\(copy.path): the file has the very bytes of \(file.path)"))
        #expect(refusal([file], validation: [file]).contains("examples that train cannot validate"))
        #expect(refusal([file], validation: [copy]).contains("examples that train cannot validate"))
        #expect(refusal([file], validation: [other, other]).contains("would count twice"))
        let package = try bench.training([file], validation: [other]).fit(TrainingSession())
        #expect(package.lineage.data == [file.path: try file.digest(), other.path: try other.digest()])
        #expect(try file.digest() == SHA256Digest.hexadecimal(ofFile: file.path))
        #expect(package.lineage.split.hasPrefix("120 examples train; 120 others, choose the epoch"))
    }

    @Test("A file that is changed while it is read ends the training", arguments: [true, false])
    func changedFile(keepsItsTime: Bool) throws {
        let file = try bench.file("tr.st")
        let training = try bench.training([file])
        var status = stat()
        #expect(stat(file.path, &status) == 0)
        var session = TrainingSession()
        session.progress = { step in
            guard step.step == 1 else { return }
            // The sign of the first target, which is 0: what is read stays a label.
            let handle = try FileHandle(forUpdating: URL(filePath: file.path))
            try handle.seek(toOffset: UInt64(status.st_size - 120 * 4 + 3))
            try handle.write(contentsOf: [0x80])
            try handle.close()
            if keepsItsTime {
                var times = [status.st_atim, status.st_mtim]
                #expect(utimensat(AT_FDCWD, file.path, &times, 0) == 0)
            }
        }
        let error = #expect(throws: NeuralNetworkError.self) { try training.fit(session) }
        #expect(error?.description.hasPrefix("\(file.path): the file was changed while it was read") == true)
    }

    @Test("A file that is another than when the training was asked for is refused, and names of outputs must differ")
    func otherFile() throws {
        let file = try bench.file("tr.st")
        func make(_ digests: [String: String], labels: [String]?) throws -> NetworkTraining {
            try NetworkTraining(
                architecture: BaseExamples.architecture(), options: BaseExamples.options(), files: [file],
                labels: labels, dataDigests: digests)
        }
        _ = try make([file.path: file.digest(), "source": "ab"], labels: ["no", "yes"])
        #expect(throws: NeuralNetworkError.self) { try make([file.path: "00"], labels: nil) }
        #expect(throws: NeuralNetworkError.self) { try make([:], labels: ["yes", "yes"]) }
    }

    @Test("Shards of a data set are in the lineage by one digest, wherever they lie")
    func dataset() throws {
        let shards = try [bench.file("0.safetensors"), bench.file("1.safetensors", seed: 2)]
        let training = try NetworkTraining(
            architecture: BaseExamples.architecture(), options: BaseExamples.options(), files: shards,
            dataDigests: ["reads.bam": "ab12"], dataset: "labelled-examples")
        let whole = try SHA256Digest.hexadecimal(of: Array((shards[0].digest() + shards[1].digest()).utf8))
        #expect(training.dataDigests == ["reads.bam": "ab12", "labelled-examples": whole])
    }
}
