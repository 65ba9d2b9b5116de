import Clinical
import Commands
import Foundation
import Genomics

/// `helicase pharmacogenomics`.
enum PharmacogenomicsCommand {
    static func run(_ command: ParsedCommand) throws {
        let output = command.value("output") ?? ""
        try OutputPath.checkFile(output, force: command.flag("force"))
        let advice = command.value("advice")
        if let advice {
            try OutputPath.checkFile(advice, option: "--advice", force: command.flag("force"))
            guard advice != output else { throw StartError(.usage, "--advice and --output name one file") }
        }
        let thresholds = EvidenceThresholds(
            genotypeQuality: Double(try command.integer("minimum-gq", in: 0...1_000) ?? 20),
            depth: try command.integer("minimum-depth", in: 0...100_000) ?? 8)
        let knowledge = try command.value("definitions").map { try PharmacogenomicKnowledge(folder: $0) } ?? .bundled()
        let outside = try command.value("outside-calls").map { try OutsideCalls(path: $0, genes: knowledge.genes) }
        let reference = try command.value("reference").map { try ReferenceGenome(path: $0) }
        let result = try Pharmacogenomics(knowledge: knowledge, thresholds: thresholds).result(
            variants: command.value("variants") ?? "", sample: command.value("sample"), reference: reference,
            outside: outside ?? OutsideCalls())
        for remark in result.remarks { Remark.say(remark) }
        try write(result.geneTable, to: output)
        if let advice { try write(result.adviceTable, to: advice) }
        let called = result.genes.filter { $0.origin != .none }
        if command.flag("json") {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            print(String(decoding: try encoder.encode(result), as: UTF8.self))
        } else {
            let incomplete = called.count { !$0.missing.isEmpty && $0.origin == .variants }
            print(
                "\(called.count) of \(result.genes.count) genes called for \(result.sample), \(incomplete) of them with positions without data; "
                    + "advice for \(Set(result.advice.map(\.drug)).count) drugs: \(output)")
        }
        if called.isEmpty {
            throw ControlError(
                "no gene could be called: \(command.value("variants") ?? "") has no usable data at the positions of the definitions; "
                    + "the reasons are in \(output)")
        }
    }

    private static func write(_ text: String, to path: String) throws {
        let file = try TextOutput(path: path)
        try file.write(text)
        try file.finish()
    }
}
