import Commands
import Foundation
import SequenceAnalysis

/// `helicase train genes`: fits the network that judges genes to half a genome.
struct TrainGenes {
    private let command: ParsedCommand
    private let options: GeneTraining.Options

    init(_ command: ParsedCommand) throws {
        self.command = command
        var options = GeneTraining.Options()
        options.half = try GenomeHalf.named(command.value("half") ?? "first")
        options.seed = try command.integer("seed", in: 0...Int.max).map(UInt64.init) ?? options.seed
        options.epochs = try command.integer("epochs", in: 1...10_000) ?? options.epochs
        options.members = try command.integer("members", in: 1...100) ?? options.members
        self.options = options
        try OutputPath.checkFile(command.value("output") ?? "", force: command.flag("force"))
    }

    func run() async throws {
        let training = try GeneTraining(
            reference: command.value("reference") ?? "", genes: command.value("genes") ?? "", options: options,
            command: "helicase train genes --reference FASTA --genes FILE --half \(options.half.rawValue) "
                + "--seed \(options.seed) --epochs \(options.epochs) --members \(options.members)")
        print(training.summary)
        let package = try await LocalTraining.package(training, workers: ProcessInfo.processInfo.activeProcessorCount)
        let model = try await training.judged(package, workers: ProcessInfo.processInfo.activeProcessorCount)
        let output = command.value("output") ?? ""
        try Files.write(Data(model.encode()), to: output)
        let lineage = model.package.lineage
        print("split: \(lineage.split)")
        for (name, value) in lineage.metrics.sorted(by: { $0.key < $1.key }) { print("\(name)  \(value)") }
        print("wrote \(output)")
    }
}

extension GenomeHalf {
    /// The half that an option names.
    static func named(_ name: String) throws -> GenomeHalf {
        guard let half = GenomeHalf(rawValue: name) else {
            throw StartError(.usage, "--half: \"\(name)\" is neither first nor second")
        }
        return half
    }
}
