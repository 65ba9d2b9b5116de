import Commands
import ModelRegistry
import NeuralNetwork
import TaskCatalog
import Tasks

/// What the examples of a new evaluation set are, as the command line says it.
enum EvaluationSetKind {
    /// The task, and who reads its files.
    static func read(_ command: ParsedCommand) throws -> (name: String, task: any EvaluatedTask) {
        let name = command.value("task") ?? ""
        func network(_ kind: ScoredExamples.Kind) -> NetworkEvaluation {
            NetworkEvaluation(kind: kind, featureVersion: command.value("features") ?? "")
        }
        switch name {
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
            if let task = TaskCatalog.suite.task(name) as? any LabelledTask { return (name, try TaskEvaluation(task)) }
            let known = TaskCatalog.suite.all.filter { $0 is any LabelledTask }.map(\.name) + EvaluationSet.networkKinds
            throw StartError(.usage, "--task: \"\(name)\" is none of \(known.joined(separator: ", "))")
        }
    }
}
