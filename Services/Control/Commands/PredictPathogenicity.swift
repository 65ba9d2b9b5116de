import Clinical
import Commands
import Foundation
import Genomics

/// `helicase predict pathogenicity`: what the network says of variants.
struct PredictPathogenicity {
    private let command: ParsedCommand
    private let output: String
    private let hasReasons: Bool

    /// Variants that go through the network together.
    private static let batch = 4096

    init(_ command: ParsedCommand) throws {
        self.command = command
        output = command.value("output") ?? ""
        hasReasons = command.flag("reasons")
        guard (command.value("variants") == nil) != (command.value("names") == nil) else {
            throw StartError(.usage, "give --variants, an annotated VCF, or --names, a table of names")
        }
        try OutputPath.checkFile(output, force: command.flag("force"))
    }

    func run() throws {
        let table = Table(
            model: try model(), text: try TextOutput(path: output), hasReasons: hasReasons)
        try table.begin()
        if let path = command.value("variants") { try alleles(path, table) } else { try names(table) }
        try table.finish()
        print(
            "\(Count.of(table.count, "variant")) in \(output), \(table.scored) with log-odds, "
                + "\(table.calibrated) of them missense; \(table.met) with PP3 or BP4")
        if table.unusable > 0 {
            throw ControlError(
                "\(Count.of(table.unusable, "line")) of \(command.value("names") ?? "") could not be used; the others "
                    + "were")
        }
    }

    private func model() throws -> PathogenicityModel {
        guard let path = command.value("model") else { return try PathogenicityModel.bundled() }
        do {
            return try PathogenicityModel(decoding: Array(try Files.read(path)))
        } catch {
            throw ControlError("--model: \(path) cannot be used: \(error)")
        }
    }

    private func alleles(_ path: String, _ table: Table) throws {
        var options = AnnotatedVCF.Options()
        options.isSitesOnly = true
        options.isChosenOnly = true
        var file = try AnnotatedVCF(path: path, options: options)
        let isLookedUp = !file.frequencySources.isEmpty
        while let allele = try file.next() {
            let input = PathogenicityInput(allele, isLookedUp: isLookedUp)
            let reason =
                allele.chosen == nil ? "in no gene" : "no change of a protein-coding transcript whose kind is known"
            try table.add(allele.name, allele.chosen, input, reason: reason)
        }
    }

    private func names(_ output: Table) throws {
        let path = command.value("names") ?? ""
        let table = try TableFile(path: path)
        let (gene, coding) = (try table.place(of: "gene"), try table.place(of: "hgvs_c"))
        let protein = try table.place(of: "hgvs_p")
        let share = table.columns.contains("AF") ? try table.place(of: "AF") : nil
        while let record = try table.next() {
            func refuse(_ reason: String) throws {
                Remark.say("\(path), line \(record.line): \(reason)")
                try output.refuse("line \(record.line)", reason)
            }
            if let flaw = table.flaw(of: record) {
                try refuse(flaw)
                continue
            }
            func field(_ place: Int) -> String? { record.fields[place].isEmpty ? nil : record.fields[place] }
            let frequency = share.map { PathogenicityInput.Frequency(share: record.fields[$0]) } ?? .notLookedUp
            guard let frequency else {
                try refuse("AF is no share of 0 to 1")
                continue
            }
            let name = field(coding) ?? field(protein) ?? ""
            guard
                let input = PathogenicityInput(
                    gene: record.fields[gene], codingName: field(coding), proteinName: field(protein),
                    frequency: frequency)
            else {
                try refuse("\(name) is no change whose kind is known")
                continue
            }
            try output.add(name, nil, input, reason: "")
        }
    }
}

extension PredictPathogenicity {
    /// The table that is written, a batch at a time.
    final class Table {
        private struct Row {
            var name: String
            var gene = ""
            var protein = ""
            var input: PathogenicityInput?
            /// Why there is no input.
            var reason: String
        }

        private let model: PathogenicityModel
        private let text: TextOutput
        private let hasReasons: Bool
        private var pending: [Row] = []
        private(set) var (count, scored, calibrated, met, unusable) = (0, 0, 0, 0, 0)

        init(model: PathogenicityModel, text: TextOutput, hasReasons: Bool) {
            (self.model, self.text, self.hasReasons) = (model, text, hasReasons)
        }

        func begin() throws {
            try text.write(
                "variant\tgene\tprotein\tkind\tlog_odds\tlog_odds_with_frequency\tprobability\tlikelihood_ratio\tlower\t"
                    + "upper\tcriterion\t" + (hasReasons ? "reasons\tremark\n" : "remark\n"))
        }

        func add(
            _ name: String, _ consequence: TranscriptConsequence?, _ input: PathogenicityInput?, reason: String
        ) throws {
            pending.append(
                Row(
                    name: name, gene: consequence?.gene ?? input?.gene ?? "", protein: consequence?.proteinName ?? "",
                    input: input, reason: reason))
            if pending.count == PredictPathogenicity.batch { try flush() }
        }

        func refuse(_ name: String, _ reason: String) throws {
            unusable += 1
            pending.append(Row(name: name, reason: reason))
        }

        func finish() throws {
            try flush()
            try text.finish()
        }

        private func flush() throws {
            var odds = model.logOdds(pending.compactMap(\.input)).makeIterator()
            for row in pending {
                count += 1
                var fields = [row.name, row.gene, row.protein, row.input?.kind.rawValue ?? ""]
                let own = row.input == nil ? nil : odds.next()
                fields += [Self.number(own?.change), Self.number(own?.withFrequency)]
                if own != nil { scored += 1 }
                let score: PathogenicityScore? =
                    if let input = row.input, let own { model.score(input, own, withReasons: hasReasons) } else { nil }
                if score != nil { calibrated += 1 }
                if score?.criterion != nil { met += 1 }
                fields += [
                    Self.number(score?.probability), Self.number(score?.likelihoodRatio),
                    Self.number(score?.interval[0]), Self.number(score?.interval[1]), score?.criterion?.name ?? "",
                ]
                if hasReasons {
                    let reasons = (score?.reasons ?? []).map { "\(Self.signed($0.contribution)) \($0.feature)" }
                    fields.append(reasons.joined(separator: "; "))
                }
                fields.append(row.input == nil ? row.reason : "")
                try text.write(fields.joined(separator: "\t") + "\n")
            }
            pending.removeAll(keepingCapacity: true)
        }

        private static func number(_ value: Double?) -> String { value.map { String(format: "%.4g", $0) } ?? "" }
        private static func signed(_ value: Double) -> String { String(format: "%+.2f", value) }
    }
}
