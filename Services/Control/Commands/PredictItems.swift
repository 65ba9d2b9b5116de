import Commands
import Foundation
import Genomics
import ModelRegistry
import NeuralNetwork
import Observability
import Runs
import SequenceAnalysis
import Tasks

/// `helicase predict TASK`: scores the records of a file in this process, without a stack, through the code of the services.
struct PredictItems {
    private let task: any ItemTask
    private let command: ParsedCommand
    private let input: String
    private let told: [String: String]
    private let workers = ProcessInfo.processInfo.activeProcessorCount

    /// Bytes of records that are scored together.
    private static let batchBytes = 4 << 20

    /// `helicase predict effect`: annotates a VCF, whatever its name, with what a model of sequences says of each alternate allele.
    static func effects(_ command: ParsedCommand) -> PredictItems {
        PredictItems(
            SequenceTask(), command, input: "variants", options: ["input": SequenceInput.variants.rawValue])
    }

    /// Takes the command's `input`, or another of its options; `options` are what the task is told beside what the command says.
    init(_ task: any ItemTask, _ command: ParsedCommand, input: String = "input", options: [String: String] = [:]) {
        self.task = task
        self.command = command
        self.input = command.value(input) ?? ""
        told = options
    }

    func run() async throws {
        // What a task refuses, as a command says it.
        do { try await predict() } catch let error as TaskError { throw ControlError(error.description) }
    }

    private func predict() async throws {
        let output = command.value("output") ?? ""
        try OutputPath.checkFile(output, force: command.flag("force"))
        let package = try await ModelChoice.package(command, task: task)
        let model = try model(package)
        let reference =
            command.declares("reference")
            ? try command.value("reference").map { path in try ReferenceGenome(path: path) } : nil
        var inputs = ItemInputs(
            paths: [input], options: TaskOptions(command, output: output).values.merging(told) { $1 },
            tracks: try TaskOptions.tracks(command), reference: reference)
        inputs.options = task.options(of: inputs, for: package)
        let spool = try task.resultForm(of: inputs).readsInputs ? SpooledInput(input) : nil
        inputs.paths = [spool?.path ?? input]
        defer { withExtendedLifetime(spool) {} }
        let source = try task.source(inputs.paths[0], of: inputs)
        let file = try task.result(
            output, of: inputs, by: ItemModel(label: command.value("model") ?? "", package: package))
        let progress = ProgressMeter("scoring", total: source.totalBytes.map(Int.init), unit: "bytes")
        var (count, problems) = (0, Problems(input, gap: file.gap))
        while let items = try source.nextBatch(bytes: Self.batchBytes) {
            let examples = try task.examples(of: items)
            let scores = try await model.scores([examples], workers: workers)[0]
            for (subject, score) in zip(examples.subjects, scores) {
                if let problem = score.problem { problems.add(problem, subject) }
                try file.write(score, record: subject.record, name: subject.name)
            }
            count += scores.count
            progress.set(Int(source.bytesRead))
        }
        progress.finish()
        for remark in source.remarks { Remark.say("\(input): \(remark)") }
        guard count > 0 else { throw ControlError("\(input) holds no record") }
        try file.finish()
        print("\(Count.of(count, "record")) in \(output)")
        try problems.end(of: count)
        if let loss = file.loss { throw ControlError("\(output): \(loss)") }
    }

    /// Opens a file of a task's records.
    static func source(
        _ task: any ItemTask, _ path: String, column: String?, reference: ReferenceGenome?
    ) throws -> any ItemSource {
        let options = column.map { ["column": $0] } ?? [:]
        do {
            return try task.source(path, of: ItemInputs(paths: [path], options: options, reference: reference))
        } catch let error as TaskError {
            throw ControlError(error.description)
        }
    }

    private func model(_ package: ModelPackage) throws -> any TaskModel {
        do {
            return try task.model(package)
        } catch let error as TaskError {
            throw ControlError("\(command.value("model") ?? "") is no model of the task \(task.name): \(error)")
        }
    }

    /// Records that were not scored, by what is wrong with them.
    private struct Problems {
        private let input: String
        private let gap: String
        private var count = 0
        private static let shown = 10

        init(_ input: String, gap: String) { (self.input, self.gap) = (input, gap) }

        mutating func add(_ problem: String, _ subject: ItemExamples.Subject) {
            count += 1
            let name = subject.name.isEmpty ? "" : " (\(subject.name))"
            if count <= Self.shown { Remark.say("\(input), record \(subject.record)\(name): \(problem)") }
        }

        /// Throws where there was one.
        func end(of all: Int) throws {
            guard count > 0 else { return }
            throw ControlError(
                "\(count) of \(Count.of(all, "record")) of \(input) could not be scored (\(gap)); the others are"
            )
        }
    }
}
