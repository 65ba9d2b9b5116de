import Commands
import Drugs
import Foundation
import Genomics

/// `helicase predict response` of one patient or cell line: every drug that the model knows, ranked.
struct RankResponses {
    private let command: ParsedCommand
    private let output: String
    private let byPrediction: Bool

    /// Whether a command line asks for one profile, not for pairs of tables.
    static func isAsked(_ command: ParsedCommand) -> Bool {
        ["profile", "variants", "from-run", "tissue"].contains { command.value($0) != nil }
    }

    init(_ command: ParsedCommand) throws {
        self.command = command
        output = command.value("output") ?? ""
        try OutputPath.checkFile(output, force: command.flag("force"))
        let key = command.value("sort") ?? "deviation"
        guard ["deviation", "prediction"].contains(key) else {
            throw StartError(.usage, "--sort: \"\(key)\" is neither deviation nor prediction")
        }
        byPrediction = key == "prediction"
        guard command.value("variants") == nil || command.value("from-run") == nil else {
            throw StartError(.usage, "--variants and --from-run do not go together: both are the calls of one sample")
        }
        for name in ["genomics", "expression", "pairs", "drugs"] where command.value(name) != nil {
            throw StartError(.usage, "--\(name) is of tables of lines and pairs; one profile is given by --profile")
        }
    }

    func run() async throws {
        let package = try await ModelChoice.package(command, task: ResponseTask())
        let model: ResponseModel
        do { model = try ResponseModel(package) } catch {
            throw ControlError("\(command.value("model") ?? "") is no model of the task response: \(error)")
        }
        var (profile, unused) = try told(model)
        if let calls = try await ProfileVariants.read(command) {
            let set = profile.tellMutations(Set(calls.genes.keys), model: model)
            calls.say(of: set)
        }
        if let tissue = command.value("tissue") {
            guard profile.tissue == nil || profile.tissue == tissue else {
                throw ControlError("--tissue says \(tissue), and the profile \(profile.tissue ?? "")")
            }
            profile.tissue = tissue
            if !model.tissues.contains(tissue) { unused += 1 }
        }
        let outlook = try model.outlook(profile)
        for remark in outlook.remarks { Remark.say(remark) }
        try write(outlook)
        guard outlook.objections.isEmpty else {
            throw ControlError(
                "abstained: \(outlook.objections.joined(separator: "; ")); nothing is known of who such a profile responds to "
                    + "(NA in \(output))")
        }
        summarize(outlook)
        guard unused == 0 else {
            throw ControlError(
                "\(Count.of(unused, "line")) of the profile could not be used as meant; the rest is, and the lines above say why"
            )
        }
    }

    /// The profile of the table, if one is given, and how many of its lines could not be used.
    private func told(_ model: ResponseModel) throws -> (ResponseProfile, unused: Int) {
        guard let path = command.value("profile") else {
            return (ResponseProfile(genes: model.genes.count, features: model.features.count), 0)
        }
        let table = try ProfileTable(path: path, model: model)
        for problem in table.problems.prefix(20) { Remark.say("\(path), line \(problem.line): \(problem.reason)") }
        if !table.unknown.isEmpty {
            let names = table.unknown.prefix(5).joined(separator: ", ") + (table.unknown.count > 5 ? ", …" : "")
            Remark.say(
                "\(path): \(Count.of(table.unknown.count, "feature")) that \(model.name) does not know, \(names), change nothing"
            )
        }
        return (table.profile, table.problems.count)
    }

    private static let columns = [
        "rank", "drug_id", "drug", "targets", "prediction", "lower", "upper", "drug_mean", "deviation",
        "from_expression", "from_mutations", "from_copy_numbers", "from_tissue", "reasons", "held_out_correlation",
        "warnings",
    ]

    private func write(_ outlook: ResponseOutlook) throws {
        let text = try TextOutput(path: output)
        try text.write(Self.columns.joined(separator: "\t") + "\n")
        let isKnown = outlook.objections.isEmpty
        let order = outlook.entries.indices.sorted { one, other in
            let (a, b) = (outlook.entries[one], outlook.entries[other])
            guard isKnown else { return one < other }
            return byPrediction
                ? (a.prediction.value, one) < (b.prediction.value, other) : (a.deviation, one) < (b.deviation, other)
        }
        for (rank, place) in order.enumerated() {
            let entry = outlook.entries[place]
            let (prediction, drug) = (entry.prediction, entry.drug)
            let numbers = [
                prediction.value, prediction.interval.lowerBound, prediction.interval.upperBound, prediction.drugMean,
                entry.deviation,
            ].map(SixDigits.text)
            let parts = ProfileBlock.allCases.map { SixDigits.text(entry.blocks[$0] ?? 0) }
            let unknown = [String](repeating: "NA", count: 3) + [numbers[3]] + [String](repeating: "NA", count: 5)
            let fields =
                [isKnown ? "\(rank + 1)" : "NA", drug.id, drug.name, drug.targets]
                + (isKnown ? numbers + parts + [Self.reasons(entry)] : unknown + [""])
                + [entry.correlation.map { String(format: "%.2f", $0) } ?? "NA"]
                + [isKnown ? Self.warning(entry) : "abstained"]
            try text.write(fields.joined(separator: "\t") + "\n")
        }
        try text.finish()
    }

    private static let shown = 5

    /// `BRAF -1.20 (mutation -1.15, expression -0.05); tissue skin -0.31; others +0.08`: they sum to the deviation.
    static func reasons(_ entry: ResponseOutlook.Entry) -> String {
        func number(_ value: Double) -> String { String(format: "%+.2f", value) }
        var words = entry.reasons.prefix(shown).map { reason in
            let parts =
                reason.parts.count == 1 && reason.parts[0].what == "tissue"
                ? "" : reason.parts.map { "\($0.what) \(number($0.contribution))" }.joined(separator: ", ")
            return "\(reason.name) \(number(reason.contribution))" + (parts.isEmpty ? "" : " (\(parts))")
        }
        let rest = entry.reasons.dropFirst(shown).reduce(0) { $0 + $1.contribution }
        if entry.reasons.count > shown { words.append("others \(number(rest))") }
        return words.joined(separator: "; ")
    }

    /// A drug of which held-out lines show little use of such a profile.
    private static func warning(_ entry: ResponseOutlook.Entry) -> String {
        guard let correlation = entry.correlation else {
            return "the profile says nothing that was tested of this drug"
        }
        return correlation < 0.2 ? "of this drug such a profile says little (held-out correlation below 0.2)" : ""
    }

    private func summarize(_ outlook: ResponseOutlook) {
        let apart = outlook.entries.count { !$0.prediction.interval.contains($0.prediction.drugMean) }
        print(
            "\(Count.of(outlook.entries.count, "drug")) in \(output), by \(byPrediction ? "prediction" : "deviation from the drug's mean"); "
                + "intervals from \(outlook.basis)")
        print(
            "\(apart) of the intervals do not hold the drug's mean; of the other drugs a response like the average line's is as possible"
        )
        print("Measured on cell lines; for research, and for no decision on a patient")
    }
}
