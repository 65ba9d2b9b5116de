import Clinical
import Commands
import Foundation

/// `helicase train phenotype`: fits the network that weighs phenotypes to published cases.
struct TrainPhenotype {
    private let command: ParsedCommand
    private let options: PhenotypeTraining.Options

    init(_ command: ParsedCommand) throws {
        self.command = command
        var options = PhenotypeTraining.Options()
        options.seed = try command.integer("seed", in: 0...Int.max).map(UInt64.init) ?? options.seed
        options.epochs = try command.integer("epochs", in: 1...10_000) ?? options.epochs
        options.members = try command.integer("members", in: 1...16) ?? options.members
        options.folds = try command.integer("folds", in: 0...100) ?? options.folds
        self.options = options
        try OutputPath.checkFile(command.value("output") ?? "", force: command.flag("force"))
    }

    func run() async throws {
        let training = try PhenotypeTraining(
            cases: command.value("cases") ?? "", knowledge: PhenotypeFiles.knowledge(command), options: options,
            command: "helicase train phenotype --cases JSONL --seed \(options.seed) --epochs \(options.epochs) "
                + "--members \(options.members) --folds \(options.folds)")
        print(training.summary)
        try await LocalTraining.run(
            training, workers: ProcessInfo.processInfo.activeProcessorCount, output: command.value("output") ?? "")
    }
}
