import Events
import Foundation
import ServiceRuntime
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
            try Data(svg.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
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
    var svg: String {
        let (width, height, left, bottom) = (720.0, 360.0, 60.0, 40.0)
        let losses = points.flatMap { [$0.loss, $0.validationLoss].compactMap { $0 } }.filter(\.isFinite)
        let (low, high) = (losses.min() ?? 0, losses.max() ?? 1)
        let last = Double(max(1, points.last?.step ?? 1))
        func x(_ step: Int) -> Double { left + Double(step) / last * (width - left - 10) }
        func y(_ loss: Double) -> Double {
            10 + (high - loss) / max(high - low, .leastNormalMagnitude) * (height - bottom - 10)
        }
        func line(_ values: [(Int, Double)], _ color: String) -> String {
            let path = values.map { String(format: "%.1f,%.1f", x($0.0), y($0.1)) }.joined(separator: " ")
            return "<polyline fill=\"none\" stroke=\"\(color)\" stroke-width=\"1.5\" points=\"\(path)\"/>"
        }
        func label(_ x: Double, _ y: Double, _ anchor: String, _ text: String, _ color: String = "#333") -> String {
            "<text x=\"\(x)\" y=\"\(y)\" text-anchor=\"\(anchor)\" fill=\"\(color)\">\(text)</text>"
        }
        let axis = "<path d=\"M\(left) 10V\(height - bottom)H\(width - 10)\" fill=\"none\" stroke=\"#999\"/>"
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(width) \(height)" font-family="sans-serif" font-size="12">
            <rect width="100%" height="100%" fill="white"/>
            \(axis)
            \(line(points.map { ($0.step, $0.loss) }.filter { $0.1.isFinite }, "#1f77b4"))
            \(line(points.compactMap { point in point.validationLoss.map { (point.step, $0) } }, "#d62728"))
            \(label(left - 6, 16, "end", String(format: "%.3g", high)))
            \(label(left - 6, height - bottom, "end", String(format: "%.3g", low)))
            \(label(width - 10, height - bottom + 16, "end", "step \(Int(last))"))
            \(label(width - 20, 24, "end", "training loss", "#1f77b4"))
            \(label(width - 20, 40, "end", "validation loss", "#d62728"))
            </svg>

            """
    }
}
