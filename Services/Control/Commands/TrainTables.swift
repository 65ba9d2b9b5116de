import Commands
import Events
import Foundation
import Hashing
import Messaging
import ModelRegistry
import Tasks

/// `helicase train property | affinity | response`: fits a model to tables, here or through the stack.
struct TrainTables {
    private let task: any TableTrainedTask
    private let command: ParsedCommand
    private let name: String
    private let seed: UInt64
    private let tables: [(name: String, path: String)]

    /// Rows without use that are named one by one.
    private static let shown = 20

    init(_ task: any TableTrainedTask, _ command: ParsedCommand) throws {
        (self.task, self.command) = (task, command)
        name = command.value("name") ?? ""
        seed = try command.integer("seed", in: 0...Int.max).map(UInt64.init) ?? 1
        tables =
            task.trainingTables.map { ($0, command.value($0) ?? "") }
            + task.optionalTables.compactMap { name in command.value(name).map { (name, $0) } }
        let output = command.value("output")
        guard command.flag("job") == (output == nil) else {
            throw StartError(
                .usage, "say where the model goes with --output, or have the stack train and register it with --job")
        }
        if let output { try OutputPath.checkFile(output, force: command.flag("force")) }
    }

    func run() async throws {
        let files = tables.map { URL(filePath: $0.path).absoluteURL.standardizedFileURL.path(percentEncoded: false) }
        var digests: [String: String] = [:]
        for path in files {
            let file = title(path)
            guard digests[file] == nil else {
                throw ControlError("two of the files are called \(file): give them names, or folders, of their own")
            }
            do { digests[file] = try SHA256Digest.hexadecimal(ofFile: path) } catch {
                throw ControlError("\(path) cannot be read: \(error)")
            }
        }
        guard let output = command.value("output") else { return try await send(files, digests) }
        do {
            let training = try task.training(
                TaskTraining(seed: seed, epochs: 1, dataDigests: digests, command: line), model: name,
                tables: Dictionary(uniqueKeysWithValues: zip(tables.map(\.name), files)))
            for problem in training.leftOut.prefix(Self.shown) { Remark.say("left out: \(problem)") }
            if training.leftOut.count > Self.shown { Remark.say("left out: \(training.leftOut.count) rows in all") }
            try await LocalTraining.run(
                training, workers: ProcessInfo.processInfo.activeProcessorCount, output: output)
        } catch let error as TaskError { throw ControlError(error.description) }
    }

    private func send(_ files: [String], _ digests: [String: String]) async throws {
        try ModelName.check(name)
        let endpoints = try Endpoints(command)
        let job = Identifier()
        var request = TrainingRequest(
            task: task.name, dataset: job.description, shards: 0, seed: seed, epochs: 1, dataDigests: digests,
            command: line)
        request.model = name
        request.files = files
        try await TrainingWait.send(request, as: job, endpoints)
        try await endpoints.withDatabase { database in
            try await TrainingWait(job: job, database: database).finish(command, line: line, endpoints: endpoints)
        }
    }

    /// What a file is called: its name, with its folder where another one has the name too.
    private func title(_ path: String) -> String {
        let url = URL(fileURLWithPath: path)
        let others = tables.count { URL(fileURLWithPath: $0.path).lastPathComponent == url.lastPathComponent }
        guard others > 1 else { return url.lastPathComponent }
        return "\(url.deletingLastPathComponent().lastPathComponent)/\(url.lastPathComponent)"
    }

    /// The command by the files' names: where they are changes no byte of the result.
    private var line: String {
        let tables = tables.map { "--\($0.name) \(title($0.path))" }
        return (["helicase train \(task.name) --name \(name)"] + tables + ["--seed \(seed)"]).joined(separator: " ")
    }
}
