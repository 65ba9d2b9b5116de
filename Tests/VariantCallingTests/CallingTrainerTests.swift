import Foundation
import NeuralNetwork
import Tasks
import Testing
import VariantCalling

/// Fitting the calling network.
struct CallingTrainerTests {
    /// Shards of six examples each, of which every second validates.
    private func package(
        shards count: Int, isRedrawn: Bool = false, sequencing: (Int) -> String? = { _ in nil }
    ) throws -> ModelPackage {
        let folder = ShardFolder(path: NSTemporaryDirectory() + "helicase-\(UUID().uuidString)")
        defer { folder.remove() }
        for shard in 0..<count {
            var batch = Fixture.batch(6, seed: UInt64(shard), labels: true)
            batch.split = shard % 2 == 1 ? .validation : .training
            batch.group = Int64(shard / 4)
            batch.sequencing = sequencing(shard)
            batch.isRedrawn = isRedrawn
            try folder.write(batch.encode(), shard: shard)
        }
        let trainer = try VariantTask().training(
            TaskTraining(seed: 1, epochs: 1, dataDigests: ["truth": "sha256:0"], command: "train"),
            shards: folder.open(count: count))
        return try trainer.fit(TrainingSession(workers: 1))
    }

    @Test("What chooses the epoch, what calibrates and what gives the figures are different stretches")
    func division() throws {
        let package = try package(shards: 96)
        let metrics = package.lineage.metrics
        // 24 stretches validate, two shards of each.
        #expect(metrics["training.examples"] == 288)
        #expect(metrics["choosing.examples"] == 144)
        #expect(metrics["calibration.examples"] == 72)
        #expect(metrics["validation.examples"] == 72)
        for head in ["first", "second"] {
            #expect(metrics["validation.\(head).calibration-error"] != nil)
            #expect(try #require(package.calibrations[head]) != Calibration())
        }
        #expect(try PileupOptions(of: package) == PileupOptions() && package.taskOptions != nil)
        #expect(package.lineage.split == SimulatedTrainingSet.splitDescription)
    }

    @Test("The package knows its training data by kinds of sequencing, unless it is unknown what some are")
    func kinds() throws {
        let known = try package(shards: 8) { $0 < 6 ? "hifi 30x" : "nanopore 20x" }.lineage
        let kinds = try #require(known.inputKinds)
        #expect(kinds.mapValues(\.examples) == ["hifi 30x": 18, "nanopore 20x": 6])
        #expect(kinds.values.map(\.counts).reduce([]) { $0.isEmpty ? $1 : zip($0, $1).map(+) } == known.inputs?.counts)
        #expect(try package(shards: 8) { $0 < 6 ? "hifi 30x" : nil }.lineage.inputKinds == nil)
    }

    @Test("Of examples of redrawn persons no traffic is said to have drifted: the package keeps no statistics of them")
    func redrawn() throws {
        #expect(try package(shards: 8, isRedrawn: true) { _ in "hifi 30x" }.lineage.inputs == nil)
        #expect(try package(shards: 8, isRedrawn: true) { _ in "hifi 30x" }.lineage.inputKinds == nil)
    }

    @Test("Shards whose pileups have several thresholds are refused, and those of others are what the package carries")
    func thresholds() throws {
        let folder = ShardFolder(path: NSTemporaryDirectory() + "helicase-\(UUID().uuidString)")
        defer { folder.remove() }
        var options = PileupOptions()
        options.minimumSupport = 3
        func shard(_ number: Int, _ options: PileupOptions) throws {
            var batch = Fixture.batch(6, seed: UInt64(number), labels: true)
            (batch.split, batch.options) = (number == 1 ? .validation : .training, options)
            try folder.write(batch.encode(), shard: number)
        }
        try shard(0, PileupOptions())
        try shard(1, options)
        let settings = TaskTraining(seed: 1, epochs: 1, dataDigests: [:], command: "train")
        #expect(throws: TaskError.self) { try VariantTask().training(settings, shards: folder.open(count: 2)) }
        try shard(0, options)
        let package = try VariantTask().training(settings, shards: folder.open(count: 2)).fit(
            TrainingSession(workers: 1))
        #expect(try PileupOptions(of: package) == options)
    }

    @Test("Too few examples calibrate nothing, and the lineage says so")
    func tooFew() throws {
        let package = try package(shards: 8)
        #expect(package.calibrations.values.allSatisfy { $0 == Calibration() })
        #expect(package.lineage.metrics.keys.allSatisfy { !$0.hasSuffix("calibration-error") })
        #expect(package.lineage.metrics["validation.examples"] == 24)
        #expect(package.lineage.split.contains("nothing is calibrated"))
    }
}
