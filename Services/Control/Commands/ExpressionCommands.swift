import Commands
import Foundation
import GeneExpression
import Tasks

/// `helicase predict expression` and `helicase train expression`.
enum ExpressionCommands {
    /// Scores a table, with the files that are read beside it.
    static func predict(_ command: ParsedCommand) async throws {
        let given = ["input", "samples"].filter { command.value($0) != nil }
        guard let input = given.last else {
            throw StartError(.usage, "--input is needed: the table of the records")
        }
        let files = try TaskOptions.companions(command, of: ExpressionTask())
        try await PredictItems(ExpressionTask(), command, input: input, options: files).run()
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
        let output = command.value("output") ?? ""
        try OutputPath.checkFile(output, force: command.flag("force"))
        let folder =
            command.value("data")
            ?? (ProcessInfo.processInfo.environment["HELICASE_DATA"] ?? "../shared/data") + "/expression"
        let line =
            "helicase train expression --model \(name) --data DIR --seed \(options.seed)"
            + (options.epochs.map { " --epochs \($0)" } ?? "") + " --members \(options.members)"
        do {
            let training = try ExpressionTraining(kind, folder: folder, options: options, command: line)
            print(training.summary)
            try await LocalTraining.run(training, workers: ProcessInfo.processInfo.activeProcessorCount, output: output)
        } catch let error as TaskError {
            throw ControlError(error.description)
        }
    }
}
