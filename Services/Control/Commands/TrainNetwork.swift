import Commands
import Events
import Foundation
import ModelRegistry
import NeuralNetwork
import Storage

/// `helicase train network`: fits any architecture to files of examples, here or through the stack.
struct TrainNetwork {
    private let command: ParsedCommand
    private let architecture: Architecture
    private let options: TrainingOptions
    private let files: [String]
    private let validationFiles: [String]
    private let labels: [String]?
    private let isRepeated: Bool

    init(_ command: ParsedCommand) throws {
        self.command = command
        architecture = try Self.document(command.value("architecture") ?? "")
        var options: TrainingOptions = try command.value("options").map(Self.document) ?? TrainingOptions()
        options.seed = try command.integer("seed", in: 0...Int.max).map(UInt64.init) ?? options.seed
        options.epochs = try command.integer("epochs", in: 1...1_000_000) ?? options.epochs
        self.options = options
        func absolute(_ paths: [String]) -> [String] {
            paths.map { URL(filePath: $0).absoluteURL.standardizedFileURL.path(percentEncoded: false) }
        }
        files = absolute(command.values("data"))
        validationFiles = absolute(command.values("validation"))
        labels = command.value("labels")?.split(separator: ",").map(String.init)
        if command.flag("local"), command.value("output") == nil {
            throw StartError(.usage, "--local needs --output: where the package goes")
        }
        isRepeated = command.flag("folds") || command.value("ensemble") != nil || command.value("search") != nil
        if isRepeated, !command.flag("local") {
            throw StartError(
                .usage,
                "--folds, --ensemble and --search are several trainings, which one process makes: add --local and --output"
            )
        }
        if command.flag("local") {
            try OutputPath.checkFile(command.value("output") ?? "", force: command.flag("force"))
        }
    }

    func run() async throws {
        // What would end a job ends the command before there is one.
        let training = try training(architecture, options)
        _ = try Trainer(Network(architecture, seed: options.seed), options: options)
        let model = command.value("model") ?? ""
        try ModelName.check(model)
        try ServedModels.check(
            architecture, labels: labels ?? [], features: command.value("features") ?? "", named: model)
        if command.flag("local") {
            let workers = ProcessInfo.processInfo.activeProcessorCount
            let output = command.value("output") ?? ""
            let members = try command.integer("ensemble", in: 1...100) ?? 1
            if let path = command.value("search") {
                return try await search(path, training, members: members, workers: workers, output: output)
            }
            guard isRepeated else { return try await LocalTraining.run(training, workers: workers, output: output) }
            let repeated = try RepeatedTraining(training, folds: command.flag("folds"), members: members)
            return try await LocalTraining.run(repeated, workers: workers, output: output)
        }
        let endpoints = try Endpoints(command)
        let job = Identifier()
        var request = TrainingRequest(
            task: "network", dataset: job.description, shards: 0, seed: options.seed, epochs: options.epochs,
            dataDigests: training.dataDigests, command: line)
        request.model = command.value("model")
        request.architecture = try JSONDocument(encoding: architecture)
        request.options = try JSONDocument(encoding: options)
        request.files = files
        request.validationFiles = validationFiles
        request.labels = labels
        request.featureVersion = command.value("features")
        try await TrainingWait.send(request, as: job, endpoints)
        try await endpoints.withDatabase { database in
            try await TrainingWait(job: job, database: database).finish(command, line: line, endpoints: endpoints)
        }
    }

    private func training(_ architecture: Architecture, _ options: TrainingOptions) throws -> NetworkTraining {
        try NetworkTraining(
            architecture: architecture, options: options, files: SafetensorsFile.open(files),
            validationFiles: SafetensorsFile.open(validationFiles), labels: labels,
            featureVersion: command.value("features") ?? "", command: line)
    }

    /// What a search changes.
    private struct Documents: Codable {
        var architecture: Architecture
        var options: TrainingOptions
    }

    /// Tries configurations, and trains the best one, with as many members as were asked for.
    private func search(
        _ path: String, _ training: NetworkTraining, members: Int, workers: Int, output: String
    ) async throws {
        let isFolded = command.flag("folds")
        let prepare: @Sendable (JSONDocument, Int) throws -> any PreparedTraining = { [self] document, members in
            let documents: Documents = try document.decode()
            let training = try self.training(documents.architecture, documents.options)
            return isFolded || members > 1
                ? try RepeatedTraining(training, folds: isFolded, members: members) : training
        }
        let search = ConfigurationSearch(
            plan: try Files.document(path), endpoints: try Endpoints(command), line: line,
            document: try JSONDocument(encoding: Documents(architecture: architecture, options: options)),
            data: training.dataDigests, judgedOn: isFolded ? "the folds of the data" : "the examples that were held out"
        ) { try prepare($0, 1) }
        let best = try await search.run(workers: workers)
        try await LocalTraining.run(
            ChosenTraining(training: prepare(best.document, members), lineage: best.lineage, trials: best.trials),
            workers: workers, output: output)
    }

    /// The command without what changes no byte of the result.
    private var line: String {
        let values = ["architecture", "options", "model", "labels", "features"].compactMap { name in
            command.value(name).map { "--\(name) \($0)" }
        }
        let data =
            command.values("data").map { "--data \($0)" } + command.values("validation").map { "--validation \($0)" }
        let search = command.value("search").map { ["--search \($0)"] } ?? []
        let repeats =
            search + (command.flag("folds") ? ["--folds"] : [])
            + (command.value("ensemble").map { ["--ensemble \($0)"] } ?? [])
        return
            (["helicase train network"] + values + data + repeats + [
                "--seed \(options.seed) --epochs \(options.epochs)"
            ])
            .joined(separator: " ")
    }

    private static func document<Value: Decodable>(_ path: String) throws -> Value {
        try Files.document(path)
    }
}
