import Commands
import Foundation
import NeuralNetwork
import SequenceAnalysis

/// `helicase train sequence`: fits a model of sequences by a recipe.
struct TrainSequence {
    private let command: ParsedCommand
    private let recipe: SequenceRecipe

    init(_ command: ParsedCommand) throws {
        self.command = command
        let choice = command.value("recipe") ?? ""
        var recipe: SequenceRecipe
        if choice.contains("/") || choice.hasSuffix(".json") {
            recipe = try Files.document(choice)
        } else if let bundled = try SequenceRecipe.bundled(choice) {
            recipe = bundled
        } else {
            throw ControlError(
                "there is no recipe \(choice); there are \(SequenceRecipe.bundled.joined(separator: ", ")), and files of your own"
            )
        }
        recipe.options.seed = try command.integer("seed", in: 0...Int.max).map(UInt64.init) ?? recipe.options.seed
        recipe.options.epochs = try command.integer("epochs", in: 1...1_000_000) ?? recipe.options.epochs
        recipe.members = try command.integer("members", in: 1...100) ?? recipe.members
        self.recipe = recipe
        try OutputPath.checkFile(command.value("output") ?? "", force: command.flag("force"))
    }

    func run() async throws {
        let training = try SequenceTraining(recipe, folder: command.value("data") ?? "", command: line)
        print(training.summary)
        try await LocalTraining.run(
            training, workers: ProcessInfo.processInfo.activeProcessorCount, output: command.value("output") ?? "")
    }

    private var line: String {
        "helicase train sequence --recipe \(command.value("recipe") ?? "") --data DIR --seed \(recipe.options.seed) "
            + "--epochs \(recipe.options.epochs) --members \(recipe.members)"
    }
}
