import Commands
import Foundation
import Genomics
import ModelRegistry
import NeuralNetwork
import Observability
import SequenceAnalysis
import Tasks

/// `helicase predict TASK`: scores the records of a file in this process, without a stack, through the code of the services.
struct PredictItems {
    private let task: any ItemTask
    private let command: ParsedCommand
    private let workers = ProcessInfo.processInfo.activeProcessorCount

    /// Bytes of records that are scored together.
    private static let batchBytes = 4 << 20

    init(_ task: any ItemTask, _ command: ParsedCommand) {
        self.task = task
        self.command = command
    }

    func run() async throws {
        let output = command.value("output") ?? ""
        try OutputPath.checkFile(output, force: command.flag("force"))
        let model = try await model()
        let input = command.value("input") ?? ""
        let reference = try command.value("reference").map { path in try ReferenceGenome(path: path) }
        let source = try Self.source(task, input, column: command.value("column"), reference: reference)
        let table = try ScoreTable(path: output, outcome: model.outcome)
        let progress = ProgressMeter("scoring", total: source.totalBytes.map(Int.init), unit: "bytes")
        var (count, problems) = (0, Problems(input))
        while let items = try source.nextBatch(columns: task.columns, bytes: Self.batchBytes) {
            let examples = try task.examples(of: items)
            let scores = try await model.scores([examples], workers: workers)[0]
            for (subject, score) in zip(examples.subjects, scores) {
                if let problem = score.problem { problems.add(problem, record: subject.record) }
                try table.write(score, record: subject.record, name: subject.name)
            }
            count += scores.count
            progress.set(Int(source.bytesRead))
        }
        progress.finish()
        guard count > 0 else { throw ControlError("\(input) holds no record") }
        try table.finish()
        print("\(Count.of(count, "record")) in \(output)")
        try problems.end(of: count)
    }

    /// Opens a file of a task's records.
    static func source(
        _ task: any ItemTask, _ path: String, column: String?, reference: ReferenceGenome?
    ) throws -> any ItemSource {
        do {
            return try task.source(path, options: column.map { ["column": $0] } ?? [:], reference: reference)
        } catch let error as TaskError {
            throw ControlError(error.description)
        }
    }

    private func model() async throws -> any TaskModel {
        let package = try await ModelChoice.package(command, task: task)
        do {
            return try task.model(package)
        } catch let error as TaskError {
            throw ControlError("\(command.value("model") ?? "") is no model of the task \(task.name): \(error)")
        }
    }

    /// Records that were not scored, by what is wrong with them.
    private struct Problems {
        private let input: String
        private var count = 0
        private static let shown = 10

        init(_ input: String) { self.input = input }

        mutating func add(_ problem: String, record: Int) {
            count += 1
            if count <= Self.shown { Remark.say("\(input), record \(record): \(problem)") }
        }

        /// Throws where there was one.
        func end(of all: Int) throws {
            guard count > 0 else { return }
            throw ControlError(
                "\(count) of \(Count.of(all, "record")) of \(input) could not be scored (NA in the table); the others are"
            )
        }
    }
}
