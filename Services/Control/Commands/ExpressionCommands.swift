import Commands
import Foundation
import GeneExpression
import Observability
import Tasks

/// `helicase predict expression` and `helicase train expression`.
enum ExpressionCommands {
    /// Scores a table, with the files that are read beside it.
    static func predict(_ command: ParsedCommand) async throws {
        let given = ["input", "samples"].filter { command.value($0) != nil }
        guard let input = given.last else {
            throw StartError(.usage, "--input is needed: the table of the records")
        }
        let options = try TaskOptions.companions(command, of: ExpressionTask())
        if !command.values("what-if").isEmpty || command.value("variants") != nil {
            try await compare(command, input: command.value(input) ?? "", options: options)
        } else {
            try await PredictItems(ExpressionTask(), command, input: input, options: options).run()
        }
    }

    /// Scores records as they are and as they would be: with other columns, or with variants in their bases.
    private static func compare(_ command: ParsedCommand, input: String, options: [String: String]) async throws {
        let (changes, variants) = (command.values("what-if"), command.value("variants"))
        if !changes.isEmpty, variants != nil {
            throw StartError(.usage, "--what-if and --variants ask two things: one at a time")
        }
        let output = command.value("output") ?? ""
        try OutputPath.checkFile(output, force: command.flag("force"))
        guard FileManager.default.isReadableFile(atPath: input) else { throw ControlError("\(input) cannot be read") }
        let package = try await ModelChoice.package(command, task: ExpressionTask())
        let workers = ProcessInfo.processInfo.activeProcessorCount
        let summary: ChangeSummary
        do {
            if let variants {
                let comparison = try WindowVariants(package, windows: input, variants: variants)
                let progress = ProgressMeter("scoring", total: comparison.totalBytes.map(Int.init), unit: "bytes")
                summary = try await comparison.write(to: output, workers: workers) { progress.set(Int($0)) }
                progress.finish()
            } else {
                let comparison = try ChangedPredictions(
                    package, inputs: ItemInputs(paths: [input], options: options), changes: changes)
                let progress = ProgressMeter("scoring", total: comparison.totalBytes.map(Int.init), unit: "bytes")
                summary = try await comparison.write(to: output, workers: workers) { progress.set(Int($0)) }
                progress.finish()
            }
        } catch let error as TaskError {
            throw ControlError(error.description)
        }
        for remark in summary.remarks { Remark.say("\(input): \(remark)") }
        for problem in summary.problems.prefix(10) {
            let name = problem.name.isEmpty ? "" : " (\(problem.name))"
            Remark.say("\(input), record \(problem.record)\(name): \(problem.reason)")
        }
        guard summary.records > 0 else { throw ControlError("\(input) holds no record") }
        print("\(Count.of(summary.records, "record")) compared in \(output)")
        guard summary.problems.isEmpty else {
            throw ControlError(
                "\(Count.of(summary.problems.count, "comparison")) of \(input) could not be made (NA in the table); the others are"
            )
        }
        if let loss = summary.losses.first { throw ControlError("\(output): \(loss)") }
    }

    /// Fits a model of the suite.
    static func train(_ command: ParsedCommand) async throws {
        let name = command.value("model") ?? ""
        guard let kind = ExpressionKind(modelName: name) else {
            throw StartError(
                .usage,
                "--model: there is no model \(name); there are \(ExpressionKind.allCases.map(\.modelName).joined(separator: ", "))"
            )
        }
        var options = ExpressionTraining.Options()
        options.seed = try command.integer("seed", in: 0...Int.max).map(UInt64.init) ?? options.seed
        options.epochs = try command.integer("epochs", in: 1...10_000)
        options.members = try command.integer("members", in: 1...32) ?? options.members
        options.isRobust = command.flag("robust")
        if let text = command.value("share") {
            guard let share = Double(text), share > 0, share <= 1 else {
                throw StartError(.usage, "--share: \"\(text)\" is no share above 0, up to 1")
            }
            options.share = share
        }
        let folder =
            command.value("data")
            ?? (ProcessInfo.processInfo.environment["HELICASE_DATA"] ?? "../shared/data") + "/expression"
        let line =
            "helicase train expression --model \(name) --data DIR --seed \(options.seed)"
            + (options.epochs.map { " --epochs \($0)" } ?? "") + " --members \(options.members)"
            + (options.share < 1 ? " --share \(options.share)" : "") + (options.isRobust ? " --robust" : "")
        guard command.flag("job") == (command.value("output") == nil) else {
            throw StartError(
                .usage, "say where the model goes with --output, or have the stack train and register it with --job")
        }
        do {
            guard let output = command.value("output") else {
                let own = ["epochs", "members", "share"].first { command.value($0) != nil }
                if let own = own ?? (options.isRobust ? "robust" : nil) {
                    throw StartError(.usage, "--\(own) goes with --output: a job has the usual settings")
                }
                let names = try ExpressionTask().trainingTables(of: name)
                let root = URL(filePath: folder).absoluteURL.standardizedFileURL.path(percentEncoded: false)
                let files = names.map { (name: $0, path: (root.hasSuffix("/") ? root : root + "/") + $0) }
                return try await TrainTables.send(
                    ExpressionTask(), model: name, seed: options.seed, files: files, command, line: line)
            }
            try OutputPath.checkFile(output, force: command.flag("force"))
            let training = try ExpressionTraining(kind, folder: folder, options: options, command: line)
            print(training.summary)
            try await LocalTraining.run(training, workers: ProcessInfo.processInfo.activeProcessorCount, output: output)
        } catch let error as TaskError {
            throw ControlError(error.description)
        }
    }
}
