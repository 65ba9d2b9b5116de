import Commands
import Delivery
import Events
import Foundation
import Hashing
import ModelRegistry
import NeuralNetwork
import TaskCatalog
import Tasks

extension TrainingRequest {
    /// The folder of a data set is named after it, so a name that is a path does not pass.
    var datasetJob: Identifier? { shards > 0 ? Identifier(dataset) : nil }

    /// What the versions are called in the registry.
    var modelName: String { model ?? trained?.defaultModel ?? "network" }

    /// A request of any network on any examples, which are of no task.
    private static let network = "network"

    /// The task whose own network is trained; nil of any network.
    private var trained: (any TrainableTask)? { TaskCatalog.suite.task(task) as? any TrainableTask }

    /// The task whose models are fitted to tables.
    private var tableTrained: (any TableTrainedTask)? { TaskCatalog.suite.task(task) as? any TableTrainedTask }

    /// Throws what no training could make of the request.
    func check() throws(RejectedRecord) {
        func require(_ holds: Bool, _ problem: String) throws(RejectedRecord) {
            if !holds { throw RejectedRecord("the training request cannot be met: \(problem)") }
        }
        try require(epochs > 0, "\(epochs) epochs")
        do {
            try ModelName.check(modelName)
        } catch {
            try require(false, error.description)
        }
        try require(shards >= 0 && shards <= 1_000_000, "\(shards) shards")
        try require(shards == 0 || datasetJob != nil, "the data set \(dataset) is no UUID")
        if trained != nil { return try require(shards > 0, "the data set has no shards") }
        if let tableTrained {
            try require(model != nil, "a model of \(task) needs a name")
            var names: [String] = []
            do { names = try tableTrained.trainingTables(of: modelName) } catch {
                try require(false, error.description)
            }
            return try require(
                (names.count...names.count + tableTrained.optionalTables.count).contains(files?.count ?? 0),
                "\(files?.count ?? 0) files; the task \(task) takes "
                    + (names + tableTrained.optionalTables).joined(separator: ", "))
        }
        let known =
            TaskCatalog.suite.all.filter { $0 is any TrainableTask || $0 is any TableTrainedTask }.map(\.name)
            + [Self.network]
        try require(task == Self.network, "the task \(task); there are \(known.joined(separator: ", "))")
        try require(architecture != nil, "a network needs an architecture")
        try require(shards > 0 || files?.isEmpty == false, "there are neither files nor shards of a data set")
    }

    /// Opens the data and reads the documents; `folder` holds the shards.
    func prepare(_ folder: ShardFolder) throws -> any PreparedTraining {
        if let trained {
            return try trained.training(
                TaskTraining(seed: seed, epochs: epochs, dataDigests: dataDigests, command: command),
                shards: folder.open(count: shards))
        }
        if let tableTrained {
            let names = try tableTrained.trainingTables(of: modelName)
            var tables: [String: String] = [:]
            for (name, path) in zip(names + tableTrained.optionalTables, self.files ?? []) {
                // The model's lineage must tell the truth. It calls files by the ends of their paths.
                let digest = dataDigests.first { path == $0.key || path.hasSuffix("/\($0.key)") }?.value
                guard try SHA256Digest.hexadecimal(ofFile: path) == digest else {
                    throw TaskError("\(path) is not the file that the training was asked with")
                }
                tables[name] = path
            }
            return try tableTrained.training(
                TaskTraining(seed: seed, epochs: epochs, dataDigests: dataDigests, command: command), model: modelName,
                tables: tables)
        }
        let files = try shards > 0 ? folder.open(count: shards) : SafetensorsFile.open(self.files ?? [])
        var options = try read(options, TrainingOptions.self) ?? TrainingOptions()
        options.seed = seed
        options.epochs = epochs
        guard let architecture = try read(architecture, Architecture.self) else {
            throw NeuralNetworkError(.invalidArchitecture, "the request has no architecture")
        }
        // Processes that share a job must read the same bytes, and the model's lineage must tell the truth.
        return try NetworkTraining(
            architecture: architecture, options: options, files: files,
            validationFiles: SafetensorsFile.open(validationFiles ?? []), labels: labels,
            featureVersion: featureVersion ?? "", dataDigests: dataDigests,
            dataset: shards > 0 ? Topics.labelledExamples : nil, command: command)
    }

    private func read<Value: Decodable>(_ document: JSONDocument?, _: Value.Type) throws -> Value? {
        do {
            return try document?.decode(Value.self)
        } catch let error as DecodingError {
            throw NeuralNetworkError(.malformed, ErrorText.sentence(error), place: "\(Value.self)")
        }
    }
}
