import Commands
import ModelRegistry
import NeuralNetwork

/// What a kind of examples needs to be evaluated: a new task is a new conforming type.
protocol EvaluationTask: Sendable {
    /// What predictions and targets are.
    var kind: ScoredExamples.Kind { get }
    /// Reads a file for an evaluation set.
    func read(_ bytes: [UInt8], name: String) throws -> LabelledFile
    /// The predictions of a package for the examples of a file.
    func predict(_ bytes: [UInt8], package: ModelPackage) async throws -> [Float]
}

/// The tasks by name.
enum EvaluationTasks {
    /// The task of a new set.
    static func ofNewSet(_ command: ParsedCommand) throws -> (name: String, task: any EvaluationTask) {
        let name = command.value("task") ?? ""
        func network(_ kind: ScoredExamples.Kind) -> NetworkTask {
            NetworkTask(kind: kind, featureVersion: command.value("features") ?? "")
        }
        switch name {
        case "variants": return (name, VariantsTask())
        case "binary": return (name, network(.binary))
        case "regression": return (name, network(.regression))
        case "classes":
            guard let labels = command.value("labels")?.split(separator: ",").map(String.init), labels.count > 1 else {
                throw StartError(.usage, "--task classes needs --labels: their names, separated by commas")
            }
            let background = try command.value("background").map { text in
                guard let index = labels.firstIndex(of: text) else {
                    throw StartError(.usage, "--background: \(text) is none of the labels")
                }
                return index
            }
            return (name, network(.classes(names: labels, background: background)))
        case "labels", "numbers", "counts":
            guard let names = command.value("labels")?.split(separator: ",").map(String.init), !names.isEmpty else {
                throw StartError(
                    .usage, "--task \(name) needs --labels: the names of the outputs, separated by commas")
            }
            guard names.count > 1 || name == "counts" else {
                throw StartError(
                    .usage, "--task \(name): of one output it is \(name == "labels" ? "binary" : "regression")")
            }
            switch name {
            case "labels": return (name, network(.labels(names: names)))
            case "numbers": return (name, network(.numbers(names: names)))
            default: return (name, network(.counts(names: names)))
            }
        case "heads":
            guard let path = command.value("like") else {
                throw StartError(.usage, "--task heads needs --like: a package of a network with such heads")
            }
            let kind = try ScoredExamples.Kind(of: ModelPackage(decoding: Array(Files.read(path))))
            guard case .heads = kind else {
                throw StartError(.usage, "--like: \(path) predicts \(kind.text), which is another --task")
            }
            return (name, network(kind))
        default:
            throw StartError(
                .usage,
                "--task: \"\(name)\" is not variants, classes, binary, regression, labels, numbers, counts or heads")
        }
    }

    /// The task of a set that is there.
    static func of(_ set: EvaluationSet) throws -> any EvaluationTask {
        switch set.task {
        case "variants": VariantsTask()
        case "classes", "binary", "regression", "labels", "numbers", "counts", "heads":
            NetworkTask(kind: set.kind, featureVersion: set.featureVersion)
        default: throw ControlError("\(set.name) is of the task \(set.task), which this program does not know")
        }
    }
}
