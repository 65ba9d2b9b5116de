import Commands
import Delivery
import Foundation
import NeuralNetwork
import Observability

/// A training in this process, without a stack.
enum LocalTraining {
    /// Trains, shows the epochs, and writes the package to a file.
    static func run(_ training: some PreparedTraining, workers: Int, output: String) async throws {
        let package = try await package(training, workers: workers)
        try Files.write(Data(package.encode()), to: output)
        print("split: \(package.lineage.split)")
        for (name, value) in package.lineage.metrics.sorted(by: { $0.key < $1.key }) { print("\(name)  \(value)") }
        print("wrote \(output), digest \(try package.digest())")
    }

    /// Trains and shows the epochs.
    static func package(_ training: some PreparedTraining, workers: Int) async throws -> ModelPackage {
        let meter = ProgressMeter("training", unit: "steps")
        let package = try await BlockingWork.run {
            var session = TrainingSession(workers: workers)
            session.progress = { progress in
                meter.set(total: progress.steps)
                meter.set(progress.step)
                if let epoch = progress.finished { show(epoch) }
            }
            return try training.fit(session)
        }
        meter.finish()
        return package
    }

    private static func show(_ epoch: EpochReport) {
        let accuracy = epoch.validation?.classification.map { ", accuracy \($0.accuracy)" } ?? ""
        let validation = epoch.validation.map { ", validation loss \($0.loss)\(accuracy)" } ?? ""
        FileHandle.standardError.write(Data("epoch \(epoch.epoch): loss \(epoch.loss)\(validation)\n".utf8))
    }
}
