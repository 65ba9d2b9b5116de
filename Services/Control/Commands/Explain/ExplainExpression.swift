import Commands
import Foundation
import GeneExpression
import Genomics
import Observability
import Plots
import Tasks

/// `helicase explain expression`: what each part of a record adds to what is predicted of it.
struct ExplainExpression {
    private let command: ParsedCommand
    private let input: String
    private let output: String
    private let most: Int
    private let options: ExpressionExplainer.Options

    init(_ command: ParsedCommand) throws {
        self.command = command
        input = command.value("input") ?? ""
        output = command.value("output") ?? ""
        most = try command.integer("most", in: 1...1_000_000) ?? 100
        var options = ExpressionExplainer.Options()
        options.references = try command.integer("references", in: 1...64) ?? options.references
        options.genes = try command.integer("most-genes", in: 1...100_000) ?? options.genes
        options.seed = try command.integer("seed", in: 0...Int.max).map(UInt64.init) ?? options.seed
        self.options = options
        try OutputPath.checkFolder(output)
        try OutputPath.checkNew(
            ["attributions.tsv", "branches.tsv", "parts.tsv", "parts.svg"], in: output, force: command.flag("force"))
    }

    func run() async throws {
        do { try await explain() } catch let error as TaskError { throw ControlError(error.description) }
    }

    private func explain() async throws {
        guard FileManager.default.isReadableFile(atPath: input) else { throw ControlError("\(input) cannot be read") }
        let (package, task) = (try await ModelChoice.package(command, task: ExpressionTask()), ExpressionTask())
        var inputs = ItemInputs(paths: [input])
        for name in ["sequences", "bins"] { inputs.options[name] = command.value(name) }
        inputs.options = task.options(of: inputs, for: package)
        _ = try task.resultForm(of: inputs)
        let source = try task.source(input, of: inputs)
        var items: [Item] = []
        while items.count < max(most, options.references), let item = try source.next() { items.append(item) }
        guard !items.isEmpty else { throw ControlError("\(input) holds no record") }
        let explainer = try ExpressionExplainer(package, references: items, options: options)
        try Files.makeFolder(output)
        let tables = try Tables(output)
        let explained = items.prefix(most)
        let progress = ProgressMeter("explaining", total: explained.count, unit: "records")
        var problems = 0
        for (number, item) in explained.enumerated() {
            do {
                for explanation in try await explainer.explain(
                    item, workers: ProcessInfo.processInfo.activeProcessorCount)
                {
                    try tables.write(explanation)
                }
            } catch let error as TaskError {
                problems += 1
                Remark.say("\(input), record \(item.record)\(item.name.isEmpty ? "" : " (\(item.name))"): \(error)")
            }
            progress.set(number + 1)
        }
        progress.finish()
        for remark in source.remarks { Remark.say("\(input): \(remark)") }
        try tables.finish(model: command.value("model") ?? "")
        print("\(Count.of(explained.count - problems, "record")) explained in \(output); open \(output)/parts.svg")
        guard problems == 0 else {
            throw ControlError(
                "\(problems) of \(Count.of(explained.count, "record")) of \(input) could not be explained; the others are"
            )
        }
    }

    /// The files of a folder as they are written.
    private final class Tables {
        private let folder: String
        private let attributions: TextOutput
        private let branches: TextOutput
        /// The parts in their order, with the sums of their contributions and of their sizes.
        private var parts: [(part: String, branch: String, sum: Double, size: Double)] = []
        private var count = 0

        init(_ folder: String) throws {
            self.folder = folder
            attributions = try TextOutput(path: "\(folder)/attributions.tsv")
            branches = try TextOutput(path: "\(folder)/branches.tsv")
            try attributions.write("record\tname\tgene\tprediction\tbase\tbranch\tpart\tcontribution\n")
            try branches.write("record\tname\tgene\tprediction\tbase\tbranch\tcontribution\n")
        }

        func write(_ explanation: ExpressionExplainer.Explanation) throws {
            let subject =
                "\(explanation.record)\t\(explanation.name)\t\(explanation.gene ?? "")\t\(Float(explanation.prediction))\t\(Float(explanation.base))"
            if parts.isEmpty { parts = explanation.contributions.map { ($0.part, $0.branch, 0, 0) } }
            var sums: [(branch: String, sum: Double)] = []
            for (place, own) in explanation.contributions.enumerated() {
                try attributions.write("\(subject)\t\(own.branch)\t\(own.part)\t\(Float(own.value))\n")
                parts[place].sum += own.value
                parts[place].size += abs(own.value)
                if let known = sums.firstIndex(where: { $0.branch == own.branch }) {
                    sums[known].sum += own.value
                } else {
                    sums.append((own.branch, own.value))
                }
            }
            for (branch, sum) in sums { try branches.write("\(subject)\t\(branch)\t\(Float(sum))\n") }
            count += 1
        }

        func finish(model: String) throws {
            try attributions.finish()
            try branches.finish()
            let number = Double(max(1, count))
            let rows = parts.map { "\($0.part)\t\($0.branch)\t\(Float($0.size / number))\t\(Float($0.sum / number))\n" }
            try Files.write(
                "part\tbranch\tmean_size\tmean_contribution\n" + rows.joined(), to: "\(folder)/parts.tsv")
            var groups: [String] = []
            for part in parts where !groups.contains(part.branch) { groups.append(part.branch) }
            let bars = parts.map {
                BarChart.Bar(
                    "\($0.part) (\($0.branch))", $0.size / number, group: groups.firstIndex(of: $0.branch) ?? 0)
            }
            let chart = BarChart(
                title: "What predictions of \(model.split(separator: "/").last ?? "a model") rest on",
                x: Axis("mean size of the contribution"), bars: bars)
            try Files.write(chart.plot().file, to: "\(folder)/parts.svg")
        }
    }
}
