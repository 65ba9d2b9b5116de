import Commands
import Foundation
import Genomics
import SequenceAnalysis

/// `helicase evaluate genes`: how many ends and starts of predicted genes are those of known ones.
enum EvaluateGenes {
    static func run(_ command: ParsedCommand) async throws {
        let predictions = try KnownGenes(path: command.value("predictions") ?? "")
        let truth = try KnownGenes(path: command.value("truth") ?? "")
        let half = try command.value("half").map { try GenomeHalf.named($0) }
        let regions = try command.value("regions").map { try BED(path: $0) }
        var comparison = GeneComparison()
        var compared = 0
        func add(_ contig: String, _ length: Int, _ known: (coding: [KnownGenes.Record], other: [KnownGenes.Record])) {
            let part = half?.range(of: length)
            compared += known.coding.count + known.other.count
            comparison.add(predictions.of(contig), known: known) { place in
                (part?.contains(place) ?? true) && (regions?.contains(contig, place) ?? true)
            }
        }
        if let reference = command.value("reference") {
            try await GenomeContigs(path: reference).forEach { contig in
                add(contig.name, contig.letters.count, truth.sorted(of: contig.name, letters: contig.letters))
            }
        } else {
            guard !predictions.lengths.isEmpty else {
                throw ControlError("the predictions name no contig by ##sequence-region; add --reference")
            }
            Remark.say("without --reference, what is a pseudogene is not seen: every gene of whole codons is asked for")
            for (contig, length) in predictions.lengths { add(contig, length, truth.sorted(of: contig)) }
        }
        guard compared > 0 else {
            throw ControlError("the truth names no contig of the predictions: \(command.value("truth") ?? "")")
        }
        guard comparison.known > 0 else { throw ControlError("no known gene ends in the part that is looked at") }
        try show(comparison, asJSON: command.flag("json"))
    }

    private static func show(_ comparison: GeneComparison, asJSON: Bool) throws {
        let counts = [
            ("known", comparison.known), ("predicted", comparison.predicted), ("ends", comparison.ends),
            ("exact", comparison.exact), ("on_others", comparison.onOthers),
        ]
        let shares = [
            ("sensitivity", comparison.sensitivity), ("precision", comparison.precision),
            ("strict_precision", comparison.strictPrecision), ("exact_sensitivity", comparison.exactSensitivity),
            ("exact_starts", comparison.exactStarts),
        ]
        if asJSON {
            let values = Dictionary(uniqueKeysWithValues: counts.map { ($0, Double($1)) } + shares)
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            return print(String(decoding: try encoder.encode(values), as: UTF8.self))
        }
        let rows = counts.map { [$0, String($1)] } + shares.map { [$0, String(format: "%.4f", $1)] }
        print(TextTable.lines(["metric", "value"], rows).joined(separator: "\n"))
    }
}
