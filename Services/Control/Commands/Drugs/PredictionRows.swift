import Commands
import Foundation
import Genomics

/// The table of a prediction of numbers with intervals: a line a record of the input, in its order.
final class PredictionRows {
    private let input: String
    private let text: TextOutput
    private let further: Int
    private var (count, missing) = (0, 0)

    /// Records that are named one by one.
    private static let shown = 10

    /// Begins the file with `record`, `prediction`, `lower`, `upper` and further columns.
    init(path: String, input: String, further: [String]) throws {
        self.input = input
        self.further = further.count
        text = try TextOutput(path: path)
        try text.write((["record", "prediction", "lower", "upper"] + further).joined(separator: "\t") + "\n")
    }

    func write(_ value: Double, _ interval: ClosedRange<Double>, further: [String]) throws {
        try line([value, interval.lowerBound, interval.upperBound].map(Self.number) + further)
    }

    /// A record that cannot be scored, which is named.
    func refuse(line number: Int, _ reason: String) throws {
        missing += 1
        if missing <= Self.shown { Remark.say("\(input), record \(count) (line \(number)): \(reason)") }
        try line([String](repeating: "NA", count: 3 + further))
    }

    /// Completes the file and says what is in it; throws where a record was not scored.
    func finish(_ output: String) throws {
        guard count > 0 else { throw ControlError("\(input) holds no record") }
        try text.finish()
        print("\(Count.of(count, "record")) in \(output)")
        guard missing == 0 else {
            throw ControlError(
                "\(missing) of \(Count.of(count, "record")) of \(input) could not be scored (NA in the table); the others are"
            )
        }
    }

    /// Six digits: what is behind them is noise of any model.
    static func number(_ value: Double) -> String { String(format: "%.6g", value) }

    private func line(_ fields: [String]) throws {
        try text.write("\(count)\t" + fields.joined(separator: "\t") + "\n")
        count += 1
    }
}
