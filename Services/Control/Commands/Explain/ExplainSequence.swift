import Commands
import Foundation
import Genomics
import Interpretation
import NeuralNetwork
import Plots

/// `helicase explain sequence`: what each base of a sequence adds to a model's output.
struct ExplainSequence {
    private let command: ParsedCommand
    private let options: SequenceExplainer.Options
    private let input: String
    private let output: String
    private let logos: Int

    init(_ command: ParsedCommand) throws {
        self.command = command
        input = command.value("input") ?? ""
        output = command.value("output") ?? ""
        logos = try command.integer("logos", in: 0...100_000) ?? 50
        var options = try ExplainOptions.references(command)
        let method = command.value("method") ?? ""
        guard let known = AttributionMethod(rawValue: method) else {
            let names = AttributionMethod.allCases.map(\.rawValue).joined(separator: ", ")
            throw StartError(.usage, "--method: there is no \"\(method)\"; there are: \(names)")
        }
        options.method = known
        options.maximumError = try ExplainOptions.maximumError(command)
        self.options = options
        try OutputPath.checkFolder(output)
        try OutputPath.checkNew(
            ["attributions.safetensors", "records.tsv", "contributions.bedgraph", "contributions.bw", "index.html"],
            in: output,
            force: command.flag("force"))
    }

    func run() async throws {
        let workers = ProcessInfo.processInfo.activeProcessorCount
        let model = try await ExplainedModel(command, options: options, workers: workers)
        let reference = try command.value("reference").map { path in try ReferenceGenome(path: path) }
        let explained = try ExplainedRecords(
            input, column: command.value("column"), reference: reference, model: model)
        try Files.makeFolder(output)
        try Files.write(table(explained), to: "\(output)/records.tsv")
        if !explained.records.isEmpty {
            try Files.write(Data(tensors(explained.records, model).encode()), to: "\(output)/attributions.safetensors")
        }
        let track = ContributionTrack(explained.records)
        if !track.isEmpty {
            try Files.write(track.bedGraph, to: "\(output)/contributions.bedgraph")
            if let reference { try track.write(to: "\(output)/contributions.bw", reference: reference) }
        }
        let drawn = explained.records.prefix(logos)
        if !drawn.isEmpty { try Files.makeFolder("\(output)/logos") }
        for record in drawn {
            try Files.write(Self.logo(record).plot().file, to: "\(output)/logos/record-\(record.number).svg")
        }
        try Files.write(
            ExplanationPage.sequences(explained, drawn: drawn.count, model: model, options: options),
            to: "\(output)/index.html")
        print("\(Count.of(explained.records.count, "record")) explained in \(output); open \(output)/index.html")
        try explained.end("explained")
    }

    static func logo(_ record: ExplainedRecords.Record) -> SequenceLogo {
        let letters = record.attribution.contributionsByLetter
        return SequenceLogo(
            title: record.title, height: Axis(record.attribution.method == .saliency ? "slope" : "contribution"),
            positions: record.attribution.codes.indices.map { position in
                (0..<4).map { Double(letters[4 * position + $0]) }
            })
    }

    private func table(_ explained: ExplainedRecords) -> String {
        let header = "record\tname\texplained\tscore\treference\tcontributions\terror\tproblem"
        func number(_ value: Double?) -> String { value.map { "\(Float($0))" } ?? "NA" }
        let rows =
            explained.records.map { record in
                let attribution = record.attribution
                let sum = attribution.contributions.reduce(0.0) { $0 + Double($1) }
                return (
                    record.number,
                    [
                        record.name, record.label, number(attribution.score), number(attribution.referenceScore),
                        number(sum), number(attribution.error), "",
                    ]
                )
            } + explained.problems.map { ($0.number, [$0.name, "NA", "NA", "NA", "NA", "NA", $0.reason]) }
        return ([header] + rows.sorted { $0.0 < $1.0 }.map { (["\($0.0)"] + $0.1).joined(separator: "\t") })
            .joined(separator: "\n") + "\n"
    }

    private func tensors(_ records: [ExplainedRecords.Record], _ model: ExplainedModel) throws -> Safetensors {
        let (count, length) = (records.count, model.length)
        var tensors: [Safetensors.Tensor] = [
            .init(name: "codes", dtype: .u8, shape: [count, length], bytes: records.flatMap(\.attribution.codes)),
            .init(
                name: "contributions", shape: [count, length], floats: records.flatMap(\.attribution.contributions)),
            .init(
                name: "hypothetical", shape: [count, length, 4], floats: records.flatMap(\.attribution.hypothetical)),
            .init(name: "scores", shape: [count], floats: records.map { Float($0.attribution.score) }),
            .init(
                name: "records", dtype: .i64, shape: [count],
                bytes: records.flatMap { record in withUnsafeBytes(of: Int64(record.number).littleEndian, Array.init) }),
        ]
        if options.method.promisesCompleteness || options.method == .gradientTimesInput {
            tensors.append(
                .init(name: "errors", shape: [count], floats: records.map { Float($0.attribution.error ?? .nan) }))
            tensors.append(
                .init(
                    name: "references", shape: [count],
                    floats: records.map { Float($0.attribution.referenceScore ?? .nan) }))
        }
        if options.method == .mutagenesis {
            tensors.append(
                .init(
                    name: "effects", shape: [count, length, 4], floats: records.flatMap { $0.attribution.effects ?? [] }
                ))
        }
        return Safetensors(
            tensors: tensors,
            metadata: [
                "method": options.method.rawValue, "model": try model.package.digest(), "letters": "ACGT",
                "references": "\(options.references)", "reference_seed": "\(options.referenceSeed)",
            ])
    }
}

/// What several commands take.
enum ExplainOptions {
    /// The greatest completeness error that is allowed; nil where none is named.
    static func maximumError(_ command: ParsedCommand) throws -> Double? {
        guard let text = command.value("maximum-error") else { return nil }
        guard let maximum = Double(text), maximum > 0, maximum.isFinite else {
            throw StartError(.usage, "--maximum-error: \"\(text)\" is not a number above 0")
        }
        return maximum
    }

    static func references(_ command: ParsedCommand) throws -> SequenceExplainer.Options {
        var options = SequenceExplainer.Options()
        options.references = try command.integer("references", in: 1...10_000) ?? options.references
        options.referenceSeed = UInt64(try command.integer("reference-seed", in: 0...Int.max) ?? 1)
        return options
    }
}
