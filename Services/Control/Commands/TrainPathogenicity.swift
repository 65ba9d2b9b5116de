import Clinical
import Commands
import Foundation

/// `helicase train pathogenicity`: fits the network that classifies variants.
struct TrainPathogenicity {
    private let command: ParsedCommand
    private let options: PathogenicityTraining.Options

    init(_ command: ParsedCommand) throws {
        self.command = command
        var options = PathogenicityTraining.Options()
        options.seed = try command.integer("seed", in: 0...Int.max).map(UInt64.init) ?? options.seed
        options.epochs = try command.integer("epochs", in: 1...10_000) ?? options.epochs
        options.members = try command.integer("members", in: 1...32) ?? options.members
        options.folds = try command.integer("folds", in: 2...100) ?? options.folds
        self.options = options
        try OutputPath.checkFile(command.value("output") ?? "", force: command.flag("force"))
    }

    func run() async throws {
        let folder =
            command.value("data")
            ?? (ProcessInfo.processInfo.environment["HELICASE_DATA"] ?? "../shared/data") + "/clinical"
        let training = try PathogenicityTraining(
            clinVar: [
                command.value("clinvar") ?? "\(folder)/clinvar/clinvar_chr1_749.with_gnomad_exomes.GRCh37.tsv.gz"
            ],
            panels: [command.value("panels") ?? "\(folder)/interpretation/clingen_vcep_criteria_2018.tsv.gz"],
            constraint: .bundled(), options: options,
            command: "helicase train pathogenicity --clinvar TSV --panels TSV --seed \(options.seed) --epochs "
                + "\(options.epochs) --members \(options.members) --folds \(options.folds)")
        print(training.summary)
        try await LocalTraining.run(training, workers: 1, output: command.value("output") ?? "")
    }
}
