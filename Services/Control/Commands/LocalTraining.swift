import Commands
import Delivery
import Foundation
import NeuralNetwork
import Observability

/// A training in this process, without a stack.
enum LocalTraining {
    /// Trains, shows the epochs, and writes the package to a file.
    static func run(_ training: any PreparedTraining, workers: Int, output: String) async throws {
        let package = try await package(training, workers: workers)
        try Files.write(Data(package.encode()), to: output)
        print("split: \(package.lineage.split)")
        let table = FoldTable(package.lineage.metrics)
        for (name, value) in package.lineage.metrics.sorted(by: { $0.key < $1.key })
        where table == nil || !name.contains("fold") {
            print("\(name)  \(value)")
        }
        if let table { print(lines(table).joined(separator: "\n")) }
        print("wrote \(output), digest \(try package.digest())")
    }

    /// Figures by fold, with their mean and standard deviation.
    static func lines(_ table: FoldTable) -> [String] {
        func text(_ value: Double?) -> String { value.map { String(format: "%.4f", $0) } ?? "-" }
        let rows = table.rows.map { row -> [String] in
            let isCount = row.name == "examples"
            let values = row.values.map { value in isCount ? value.map { "\(Int($0))" } ?? "-" : text(value) }
            return [row.name] + values + (isCount ? ["", ""] : [text(row.mean), text(row.deviation)])
        }
        let header = ["figure"] + table.folds.map { "fold \($0)" } + ["mean", "deviation"]
        return TextTable.lines(header, rows)
    }

    /// Trains and shows the epochs.
    static func package(_ training: any PreparedTraining, workers: Int) async throws -> ModelPackage {
        let meter = ProgressMeter("training", unit: "steps")
        let package = try await BlockingWork.run {
            var session = TrainingSession(workers: workers)
            session.progress = { progress in
                meter.set(total: progress.steps)
                meter.set(progress.step)
                if let epoch = progress.finished { show(epoch) }
            }
            session.fitted = { done, all in
                meter.set(total: all)
                meter.set(done)
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
