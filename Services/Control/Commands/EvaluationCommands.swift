import Commands
import Foundation
import ModelRegistry
import NeuralNetwork
import Observability
import TaskCatalog

/// `helicase models evaluation-set`, `evaluate` and `evaluations`.
enum EvaluationCommands {
    static func run(_ registry: ModelRegistry, _ command: ParsedCommand) async throws {
        switch Array(command.path.dropFirst()) {
        case ["evaluation-set", "add"]: try await add(registry, command)
        case ["evaluation-set", "list"]: try await list(registry, command)
        case ["evaluation-set", "show"]:
            print(try Timestamp.json(await registry.evaluationSet(command.positional[0])))
        case ["evaluate"]: try await evaluate(registry, command)
        case ["evaluations"]: try await compare(registry, command)
        default: preconditionFailure("\(command.path) is declared and not handled")
        }
    }

    private static func add(_ registry: ModelRegistry, _ command: ParsedCommand) async throws {
        let (name, paths) = (command.positional[0], Array(command.positional.dropFirst()))
        try EvaluationSet.checkName(name)
        let (taskName, task) = try EvaluationSetKind.read(command)
        let set = try await registry.addEvaluationSet(
            name, task: taskName, kind: task.kind, files: paths.count, description: command.value("description") ?? "",
            actor: ModelCommands.actor
        ) { index in
            try task.read(Array(Files.read(paths[index])), name: URL(fileURLWithPath: paths[index]).lastPathComponent)
        }
        print(
            "\(set.name): \(Count.of(set.examples, "example")) in \(Count.of(set.files.count, "file")), digest \(set.digest)"
        )
        let training = set.files.filter { $0.split == "training" }
        if !training.isEmpty {
            print(
                "Note: \(Count.of(training.count, "file is", "files are")) marked for training: a model that was trained on them does better here "
                    + "than elsewhere.")
        }
    }

    private static func list(_ registry: ModelRegistry, _ command: ParsedCommand) async throws {
        let sets = try await registry.evaluationSets()
        if command.flag("json") { return print(try Timestamp.json(sets)) }
        let rows = sets.map {
            [
                $0.name, $0.task, "\($0.examples)", $0.featureVersion, String($0.digest.prefix(12)), $0.actor,
                Timestamp.text($0.createdAt), $0.description,
            ]
        }
        let header = ["set", "task", "examples", "features", "digest", "by", "since", "description"]
        print(TextTable.lines(header, rows).joined(separator: "\n"))
    }

    private static func evaluate(_ registry: ModelRegistry, _ command: ParsedCommand) async throws {
        let version = try await ModelCommands.chosen(registry, command)
        let evaluation = try await ModelEvaluator(
            registry: registry, tasks: TaskCatalog.suite.all, actor: ModelCommands.actor
        ).evaluate(
            version.name, version: version.version, on: command.value("set") ?? "")
        if command.flag("json") { return print(try Timestamp.json(evaluation)) }
        let set = try await registry.evaluationSet(evaluation.set)
        print("\(version.label) on \(set.name), \(Count.of(set.examples, "example"))")
        let rows = EvaluationMetric.all(for: set.kind).compactMap { metric in
            evaluation.metrics[metric.name].map { [metric.name, number($0.value), number($0.low), number($0.high)] }
        }
        print(TextTable.lines(["metric", "value", "95 % from", "to"], rows).joined(separator: "\n"))
    }

    private static func compare(_ registry: ModelRegistry, _ command: ParsedCommand) async throws {
        let evaluations = try await registry.evaluations(of: command.positional[0])
        if command.flag("json") { return print(try Timestamp.json(evaluations)) }
        let sets = try await registry.evaluationSets()
        let rows = evaluations.flatMap { evaluation in
            let kind = sets.first { $0.name == evaluation.set }?.kind
            return EvaluationMetric.all(for: kind ?? .binary).compactMap { metric -> [String]? in
                guard let figure = evaluation.metrics[metric.name] else { return nil }
                return [
                    evaluation.set, metric.name, "\(evaluation.name)@\(evaluation.version)", number(figure.value),
                    number(figure.low), number(figure.high),
                ]
            }
        }.sorted { ($0[0], $0[1]) < ($1[0], $1[1]) }
        print(TextTable.lines(["set", "metric", "version", "value", "95 % from", "to"], rows).joined(separator: "\n"))
    }

    private static func number(_ value: Double) -> String { String(format: "%.5f", value) }
}
