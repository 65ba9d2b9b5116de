import Commands
import Events
import Foundation
import NeuralNetwork
import SequenceAnalysis

/// `helicase train sequence`: fits a model of sequences by a recipe.
struct TrainSequence {
    private let command: ParsedCommand
    private let recipe: SequenceRecipe

    init(_ command: ParsedCommand) throws {
        self.command = command
        var recipe = try Self.recipe(command.value("recipe") ?? "")
        recipe.options.seed = try command.integer("seed", in: 0...Int.max).map(UInt64.init) ?? recipe.options.seed
        recipe.options.epochs = try command.integer("epochs", in: 1...1_000_000) ?? recipe.options.epochs
        recipe.members =
            try command.integer("ensemble", in: 1...100)
            ?? command.integer("members", in: 1...100) ?? recipe.members
        self.recipe = recipe
        try OutputPath.checkFile(command.value("output") ?? "", force: command.flag("force"))
        if let path = command.value("predictions") {
            guard recipe.options.loss.task == .classes else {
                throw StartError(.usage, "--predictions is of classes, and the recipe is of other things")
            }
            try OutputPath.checkFile(path, force: command.flag("force"))
        }
    }

    /// A recipe of the suite, or of a file.
    static func recipe(_ choice: String) throws -> SequenceRecipe {
        if choice.contains("/") || choice.hasSuffix(".json") { return try Files.document(choice) }
        if let bundled = try SequenceRecipe.bundled(choice) { return bundled }
        throw ControlError(
            "there is no recipe \(choice); there are \(SequenceRecipe.bundled.joined(separator: ", ")), and files of your own"
        )
    }

    func run() async throws {
        let (folder, isFolded, line) = (command.value("data") ?? "", command.flag("folds"), line)
        var training = try SequenceTraining(recipe, folder: folder, folds: isFolded, command: line)
        print(training.summary)
        if let path = command.value("predictions") {
            training.receivePredictions = { try Files.write(Data($0.utf8), to: path) }
        }
        let (workers, output) = (ProcessInfo.processInfo.activeProcessorCount, command.value("output") ?? "")
        guard let path = command.value("search") else {
            return try await LocalTraining.run(training, workers: workers, output: output)
        }
        let search = ConfigurationSearch(
            plan: try Files.document(path), endpoints: try Endpoints(command), line: line,
            document: try JSONDocument(encoding: recipe), data: training.dataDigests,
            judgedOn: isFolded ? "its folds" : "predictions of sequences that a network had not seen"
        ) { document in
            try SequenceTraining(document.decode(SequenceRecipe.self), folder: folder, folds: isFolded, command: line)
        }
        let best = try await search.run(workers: workers)
        var chosen = try SequenceTraining(best.document.decode(), folder: folder, folds: isFolded, command: line)
        chosen.receivePredictions = training.receivePredictions
        try await LocalTraining.run(
            ChosenTraining(training: chosen, lineage: best.lineage, trials: best.trials), workers: workers,
            output: output)
    }

    private var line: String {
        "helicase train sequence --recipe \(command.value("recipe") ?? "") --data DIR --seed \(recipe.options.seed) "
            + "--epochs \(recipe.options.epochs) --members \(recipe.members)\(command.value("search").map { " --search \($0)" } ?? "")\(command.flag("folds") ? " --folds" : "")"
    }
}
