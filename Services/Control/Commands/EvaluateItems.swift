import Commands
import Foundation
import Genomics
import NeuralNetwork
import Tasks

/// `helicase evaluate TASK`: a table of predictions beside what is true of the same records.
enum EvaluateItems {
    static func run(_ command: ParsedCommand) throws {
        let path = command.value("predictions") ?? ""
        let table = try PredictionTable(path: path)
        let truth = try truth(command)
        // A record that was not scored counts against nobody, and is said.
        let known = truth.keys.sorted()
        let missing = known.filter { table.scores[$0] == nil }
        guard missing.isEmpty else {
            throw ControlError(
                "\(path) has no line for \(Count.of(missing.count, "record")) of the truth, the first is \(missing[0])")
        }
        let scored = known.filter { !(table.scores[$0] ?? []).isEmpty }
        guard !scored.isEmpty else { throw ControlError("no record of \(path) was scored") }
        let labels = scored.map { truth[$0] ?? "" }
        let scores = scored.map { table.scores[$0] ?? [] }
        let estimates: [String: MetricEstimate]
        switch table.outcome {
        case .classes(let names):
            let indices = try zip(scored, labels).map { record, label in
                guard let index = names.firstIndex(of: label) else {
                    throw ControlError("record \(record): \"\(label)\" is none of \(names.joined(separator: ", "))")
                }
                return index
            }
            estimates = ClassProbabilities(
                probabilities: scores.flatMap { $0 }, labels: indices, classes: names.count
            ).estimates()
        case .labels(let names), .values(let names):
            guard names.count == 1 else {
                throw ControlError(
                    "the table says \(names.joined(separator: ", ")) of a record, and one column of a truth says what is true of one of them; "
                        + "judge such models with `helicase models evaluate`")
            }
            let numbers = try zip(scored, labels).map { record, label in
                guard let number = Float(label), number.isFinite else {
                    throw ControlError("record \(record): \"\(label)\" is no number")
                }
                return number
            }
            estimates = PairedNumbers(predictions: scores.map { $0[0] }, targets: numbers).estimates()
        }
        if command.flag("json") {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            return print(String(decoding: try encoder.encode(estimates), as: UTF8.self))
        }
        print("\(Count.of(scored.count, "record")), \(known.count - scored.count) of the truth not scored")
        let rows = estimates.sorted { $0.key < $1.key }.map { name, estimate in
            [name] + [estimate.value, estimate.low, estimate.high].map { String(format: "%.4f", $0) }
        }
        print(TextTable.lines(["metric", "value", "from", "to"], rows).joined(separator: "\n"))
    }

    /// What is true of each record, by its number: the column `record`, or else the place in the file.
    private static func truth(_ command: ParsedCommand) throws -> [Int: String] {
        let path = command.value("truth") ?? ""
        let column = command.value("column") ?? "label"
        let names = try names(command)
        let file = try TableFile(path: path)
        let place = try file.place(of: column)
        let number = try file.columns.contains("record") ? file.place(of: "record") : nil
        var truth: [Int: String] = [:]
        while let record = try file.nextWhole() {
            let index = number.map { Int(record.fields[$0]) } ?? record.number
            guard let index, truth[index] == nil else {
                throw ControlError("\(path), line \(record.line): no record's number, or one that comes twice")
            }
            truth[index] = names[record.fields[place]] ?? record.fields[place]
        }
        return truth
    }

    /// What stands in the truth for each class: `1=bound`.
    private static func names(_ command: ParsedCommand) throws -> [String: String] {
        var names: [String: String] = [:]
        for pair in command.value("names")?.split(separator: ",") ?? [] {
            let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else {
                throw StartError(.usage, "--names: \"\(pair)\" is not VALUE=CLASS, such as 1=bound")
            }
            names[parts[0]] = parts[1]
        }
        return names
    }
}
