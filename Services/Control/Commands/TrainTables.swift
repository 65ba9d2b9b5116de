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
            try task.trainingTables(of: name).map { ($0, command.value($0) ?? "") }
            + task.optionalTables.compactMap { name in command.value(name).map { (name, $0) } }
        let output = command.value("output")
        guard command.flag("job") == (output == nil) else {
            throw StartError(
                .usage, "say where the model goes with --output, or have the stack train and register it with --job")
        }
        if let output { try OutputPath.checkFile(output, force: command.flag("force")) }
    }

    func run() async throws {
        let files = tables.map { table in
            let path = URL(filePath: table.path).absoluteURL.standardizedFileURL.path(percentEncoded: false)
            return (name: title(path), path: path)
        }
        guard let output = command.value("output") else {
            return try await Self.send(task, model: name, seed: seed, files: files, command, line: line)
        }
        do {
            let training = try task.training(
                TaskTraining(seed: seed, epochs: 1, dataDigests: try Self.digests(files), command: line), model: name,
                tables: Dictionary(uniqueKeysWithValues: zip(tables.map(\.name), files.map(\.path))))
            for problem in training.leftOut.prefix(Self.shown) { Remark.say("left out: \(problem)") }
            if training.leftOut.count > Self.shown { Remark.say("left out: \(training.leftOut.count) rows in all") }
            try await LocalTraining.run(
                training, workers: ProcessInfo.processInfo.activeProcessorCount, output: output)
        } catch let error as TaskError { throw ControlError(error.description) }
    }

    /// Has the stack fit a model to files, which are called by the ends of their paths, and waits for the version.
    static func send(
        _ task: any TableTrainedTask, model: String, seed: UInt64, files: [(name: String, path: String)],
        _ command: ParsedCommand, line: String
    ) async throws {
        try ModelName.check(model)
        let digests = try digests(files)
        let endpoints = try Endpoints(command)
        let job = Identifier()
        var request = TrainingRequest(
            task: task.name, dataset: job.description, shards: 0, seed: seed, epochs: 1, dataDigests: digests,
            command: line)
        request.model = model
        request.files = files.map(\.path)
        try await TrainingWait.send(request, as: job, endpoints)
        try await endpoints.withDatabase { database in
            try await TrainingWait(job: job, database: database).finish(command, line: line, endpoints: endpoints)
        }
    }

    private static func digests(_ files: [(name: String, path: String)]) throws -> [String: String] {
        var digests: [String: String] = [:]
        for (name, path) in files {
            guard digests[name] == nil else {
                throw ControlError("two of the files are called \(name): give them names, or folders, of their own")
            }
            do { digests[name] = try SHA256Digest.hexadecimal(ofFile: path) } catch {
                throw ControlError("\(path) cannot be read: \(error)")
            }
        }
        return digests
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
