import Commands
import Events
import Foundation
import Plots
import Storage

/// A job's learning curve, as a table or as a picture.
struct LearningCurve {
    /// A point; `validationLoss` is there at the end of an epoch.
    struct Point {
        var step: Int
        var epoch: Int
        var loss: Double
        var validationLoss: Double?
        var learningRate: Float
        var gradientNorm: Double
        var examplesPerSecond: Double
        var members: Int
        var at: Date
    }

    let job: Identifier
    let points: [Point]

    init(of job: Identifier, _ database: Database) async throws {
        self.job = job
        points = try await database.query(
            """
            SELECT step, epoch, loss, validation_loss, learning_rate, gradient_norm, examples_per_second, members, at
            FROM job_progress WHERE job_id = \(job.uuid) ORDER BY step
            """
        ).map { row in
            Point(
                step: try row.decode("step"), epoch: try row.decode("epoch"), loss: try row.decode("loss"),
                validationLoss: try row.decode("validation_loss"), learningRate: try row.decode("learning_rate"),
                gradientNorm: try row.decode("gradient_norm"),
                examplesPerSecond: try row.decode("examples_per_second"), members: try row.decode("members"),
                at: try row.decode("at"))
        }
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
