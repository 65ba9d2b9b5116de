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
        default:
            throw StartError(.usage, "--task: \"\(name)\" is not variants, classes, binary or regression")
        }
    }

    /// The task of a set that is there.
    static func of(_ set: EvaluationSet) throws -> any EvaluationTask {
        switch set.task {
        case "variants": VariantsTask()
        case "classes", "binary", "regression": NetworkTask(kind: set.kind, featureVersion: set.featureVersion)
        default: throw ControlError("\(set.name) is of the task \(set.task), which this program does not know")
        }
    }
}
