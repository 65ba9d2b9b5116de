import Commands
import Foundation
import Observability
import Simulation
import VariantCalling

/// `helicase simulate examples`: labelled examples in files, a file a window.
struct SimulateExamples {
    private let command: ParsedCommand

    init(_ command: ParsedCommand) { self.command = command }

    func run() async throws {
        let splits: [ExampleBatch.Split]
        switch command.value("split") ?? "all" {
        case "all": splits = [.training, .validation]
        case let name:
            guard let split = ExampleBatch.Split(rawValue: name) else {
                throw StartError(.usage, "--split: \"\(name)\" is not training, validation or all")
            }
            splits = [split]
        }
        let output = command.value("output") ?? ""
        try OutputPath.checkFolder(output)
        let data = try TrainingData(command.value("data") ?? "")
        let set = try SimulatedTrainingSet(
            reference: data.reference, truth: data.truth,
            windows: try command.integer("windows", in: 1...100_000) ?? 168,
            replicates: try command.integer("replicates", in: 1...1000) ?? 14,
            seed: UInt64(try command.integer("seed", in: 0...Int.max) ?? 1), design: try DesignChoice.design(command))
        try Files.makeFolder(output)
        let chosen = (0..<set.count).filter { splits.contains(set.split($0)) }
        try OutputPath.checkNew(chosen.map(Self.name), in: output, force: command.flag("force"))
        let meter = ProgressMeter("simulating", total: chosen.count, unit: "windows")
        let workers = ProcessInfo.processInfo.activeProcessorCount
        var (files, examples) = (0, 0)
        try await madeInOrder(
            count: chosen.count, workers: workers, make: { try set.examples(chosen[$0]) }
        ) { place, batch in
            meter.set(place + 1)
            guard batch.count > 0 else { return }
            try Files.write(Data(batch.encode()), to: "\(output)/\(Self.name(chosen[place]))")
            files += 1
            examples += batch.count
        }
        meter.finish()
        print("\(Count.of(examples, "example")) in \(Count.of(files, "file")) in \(output)")
    }

    private static func name(_ window: Int) -> String { String(format: "%05d.safetensors", window) }
}

/// Which kinds of reads a training set has.
enum DesignChoice {
    static func design(_ command: ParsedCommand) throws -> TrainingDesign {
        guard let text = command.value("technologies") else { return TrainingDesign() }
        let kinds = try text.split(separator: ",", omittingEmptySubsequences: false).map { name in
            guard let kind = SequencingTechnology(rawValue: String(name)) else {
                let names = SequencingTechnology.allCases.map(\.rawValue).joined(separator: ", ")
                throw StartError(.usage, "--technologies: \"\(name)\" is none of \(names)")
            }
            return kind
        }
        return TrainingDesign(technologies: kinds)
    }
}
