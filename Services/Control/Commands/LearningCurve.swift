import Commands
import Events
import Foundation
import ModelRegistry
import Plots
import Storage

/// A job's learning curve, as a table or as a picture.
struct LearningCurve {
    /// A point; `validationLoss` is there at the end of an epoch.
    let job: Identifier
    let points: [JobPoint]

    init(of job: Identifier, _ database: Database) async throws {
        self.job = job
        points = try await JobTable(database).curve(of: job)
    }

    /// Prints the table, tab-separated where that was asked for, or writes the picture to a file.
    func show(_ command: ParsedCommand) throws {
        if let path = command.value("output") {
            try OutputPath.checkFile(path, force: command.flag("force"))
            try Files.write(plot.file, to: path)
            return print("wrote \(path)")
        }
        let header = ["step", "epoch", "loss", "validation", "rate", "norm", "examples/s", "members", "at"]
        let isPlain = command.flag("tsv")
        let rows = points.map { point -> [String] in
            func number(_ value: Double) -> String { isPlain ? "\(value)" : String(format: "%.5g", value) }
            return [
                String(point.step), String(point.epoch), number(point.loss), point.validationLoss.map(number) ?? "",
                number(Double(point.learningRate)), number(point.gradientNorm), number(point.examplesPerSecond),
                String(point.members), point.at.formatted(.iso8601),
            ]
        }
        let lines = isPlain ? ([header] + rows).map { $0.joined(separator: "\t") } : TextTable.lines(header, rows)
        print(lines.joined(separator: "\n"))
    }

    /// The losses over the steps.
    var plot: Plot {
        LineChart(
            title: "Learning curve of job \(job.description.prefix(8))", x: Axis("step", isWhole: true),
            y: Axis("mean loss of an example"),
            series: [
                .init("training", points.map { .init(Double($0.step), $0.loss) }),
                .init(
                    "validation",
                    points.compactMap { point in point.validationLoss.map { .init(Double(point.step), $0) } },
                    hasMarkers: true),
            ]
        ).plot()
    }
}
