import Commands
import Drugs
import Foundation
import Genomics
import Observability
import Plots

/// `helicase explain response`: what moves the responses of cell lines to drugs.
struct ExplainResponse {
    private let command: ParsedCommand
    private let output: String
    private let plot: String?

    init(_ command: ParsedCommand) throws {
        self.command = command
        output = command.value("output") ?? ""
        plot = command.value("plot")
        try OutputPath.checkFile(output, force: command.flag("force"))
        if let plot { try OutputPath.checkFile(plot, option: "--plot", force: command.flag("force")) }
        guard (command.value("drug") == nil) != (command.value("target") == nil) else {
            throw StartError(.usage, "say what is asked: --drug or --target, one of them")
        }
        guard plot == nil || command.value("drug").map({ $0 != "all" }) == true else {
            throw StartError(.usage, "--plot is of one drug: name it with --drug")
        }
    }

    func run() throws {
        let pairs = command.value("pairs") ?? ""
        let cells = try CellProfiles(
            genomics: command.value("genomics") ?? "", expression: command.value("expression") ?? "")
        let study = try ResponseBiomarkers(cells: cells, responses: pairs, catalog: try catalog())
        for problem in study.problems.prefix(20) {
            Remark.say("\(pairs), line \(problem.line) is left out: \(problem.reason)")
        }
        if !study.isAdjustedForInstability {
            Remark.say("--genomics has no column MSI_FACTOR: effects are adjusted for tissue alone")
        }
        if let gene = command.value("target") { try target(gene, study) } else { try drugs(study) }
        guard study.problems.isEmpty else {
            throw ControlError(
                "\(Count.of(study.problems.count, "line")) of \(pairs) could not be used; the others are, and the lines above say why"
            )
        }
    }

    private func catalog() throws -> DrugCatalog {
        if let path = command.value("drugs") { return try DrugCatalog(path: path) }
        Remark.say("names and targets of drugs are those that response-gdsc knows; --drugs gives others")
        return try ResponseModel.bundled("response-gdsc")?.catalog ?? DrugCatalog([])
    }

    private func drugs(_ study: ResponseBiomarkers) throws {
        let word = command.value("drug") ?? ""
        let wanted = word == "all" ? study.drugs : try DrugCatalog(study.drugs).find(word)
        let progress = ProgressMeter("testing", total: wanted.count, unit: "drugs")
        let effects = try study.effects(on: wanted) { progress.set($0) }
        progress.finish()
        let text = try TextOutput(path: output)
        try text.write(Self.columns.joined(separator: "\t") + "\n")
        var (start, summaries): (Int, [String]) = (0, [])
        for drug in wanted {
            let own = effects[start..<(start + study.markers.count)]
            start += study.markers.count
            let ordered = Self.ordered(own)
            for (rank, effect) in ordered { try text.write(Self.line(effect, rank: rank)) }
            let best = ordered.filter { $0.rank != nil }.prefix(3).map {
                "\($0.effect.marker.kind.rawValue) of \($0.effect.marker.name)"
            }
            summaries.append("\(drug.name.isEmpty ? "drug" : drug.name) (\(drug.id)): \(best.joined(separator: ", "))")
        }
        try text.finish()
        if let plot { try Files.write(Self.volcano(effects, drug: wanted[0]).plot().file, to: plot) }
        let tested = effects.count { $0.estimate != nil }
        let found = effects.count { ($0.estimate?.falseDiscovery ?? 1) < 0.05 }
        for line in summaries.prefix(10) { print(line) }
        print(
            "\(Count.of(tested, "test")) in \(output), \(found) with fdr below 0.05 over all of them; \(effects.count - tested) not made (NA)"
        )
    }

    private static let columns = [
        "drug_id", "drug", "targets", "rank", "kind", "marker", "altered", "unaltered", "effect", "standard_error",
        "lower", "upper", "p", "fdr", "features", "note",
    ]

    /// Alterations, expression, and what was not tested; ranks begin anew with expression.
    private static func ordered(_ effects: ArraySlice<BiomarkerEffect>) -> [(rank: Int?, effect: BiomarkerEffect)] {
        func ranked(_ own: [BiomarkerEffect]) -> [(rank: Int?, effect: BiomarkerEffect)] {
            own.enumerated().sorted {
                ($0.element.estimate?.probability ?? 1, $0.offset) < ($1.element.estimate?.probability ?? 1, $1.offset)
            }.enumerated().map { ($0.offset + 1, $0.element.element) }
        }
        let tested = effects.filter { $0.estimate != nil }
        return ranked(tested.filter { $0.marker.kind.isAlteration })
            + ranked(tested.filter { !$0.marker.kind.isAlteration })
            + effects.filter { $0.estimate == nil }.map { (nil, $0) }
    }

    private static func line(_ effect: BiomarkerEffect, rank: Int?) -> String {
        let (drug, marker) = (effect.drug, effect.marker)
        var numbers = [String](repeating: "NA", count: 6)
        var note = ""
        switch effect.outcome {
        case .tested(let estimate):
            numbers = [
                estimate.effect, estimate.error, estimate.interval.lowerBound, estimate.interval.upperBound,
                estimate.probability, estimate.falseDiscovery,
            ].map(PredictionRows.number)
        case .untested(let reason): note = "not tested: \(reason)"
        }
        let unaltered = marker.kind.isAlteration ? "\(effect.unaltered)" : "NA"
        return
            ([drug.id, drug.name, drug.targets, rank.map { "\($0)" } ?? "NA", marker.kind.rawValue, marker.name]
            + ["\(effect.altered)", unaltered] + numbers + [marker.columns.joined(separator: ";"), note])
            .joined(separator: "\t") + "\n"
    }

    /// Effects of all screens of a drug, and how improbable they are by chance; the most improbable of each kind have their names.
    static func volcano(_ effects: [BiomarkerEffect], drug: DrugCatalog.Drug) -> LineChart {
        let tested = effects.filter { $0.estimate != nil }
        let series = Biomarker.Kind.allCases.map { kind in
            let own = tested.filter { $0.marker.kind == kind }.enumerated().sorted {
                ($0.element.estimate?.probability ?? 1, $0.offset) < ($1.element.estimate?.probability ?? 1, $1.offset)
            }.map(\.element)
            let points = own.enumerated().compactMap { rank, effect -> LineChart.Point? in
                guard let estimate = effect.estimate else { return nil }
                let height = -log10(max(1e-300, estimate.probability))
                return .init(
                    estimate.effect, height, weight: 0,
                    label: rank < 2 && estimate.falseDiscovery < 0.05 ? effect.marker.name : nil)
            }
            return LineChart.Series(kind.rawValue, points, hasLine: false)
        }
        let ends = tested.compactMap { $0.estimate?.effect }
        let limit = tested.compactMap(\.estimate).filter { $0.falseDiscovery < 0.05 }.map(\.probability).max()
        let threshold = limit.map { -log10(max(1e-300, $0)) }
        let reference = threshold.map { height in
            [
                LineChart.Series(
                    "fdr 0.05", [.init(ends.min() ?? 0, height), .init(ends.max() ?? 0, height)], isReference: true)
            ]
        }
        return LineChart(
            title: "What moves the response to \(drug.name.isEmpty ? drug.id : drug.name)",
            x: Axis("effect on ln IC50 (below 0: more sensitive)"), y: Axis("-log10 p"),
            series: series.filter { !$0.points.isEmpty } + (reference ?? []))
    }

    private func target(_ gene: String, _ study: ResponseBiomarkers) throws {
        let progress = ProgressMeter("testing", total: study.drugs.count, unit: "drugs")
        let found = try study.resemblances(to: gene) { progress.set($0) }
        progress.finish()
        let text = try TextOutput(path: output)
        let columns = [
            "relation", "rank", "drug_id", "drug", "targets", "by", "lines", "correlation", "lower", "upper", "p",
            "fdr",
        ]
        try text.write(columns.joined(separator: "\t") + "\n")
        var ranks: [DrugResemblance.Relation: Int] = [:]
        for item in found {
            let rank = ranks[item.relation, default: 0] + 1
            ranks[item.relation] = rank
            let numbers =
                item.correlation.map { test in
                    [
                        test.value, test.interval.lowerBound, test.interval.upperBound, test.probability,
                        item.falseDiscovery,
                    ]
                    .map(PredictionRows.number)
                } ?? [String](repeating: "NA", count: 5)
            try text.write(
                ([item.relation.rawValue, "\(rank)", item.drug.id, item.drug.name, item.drug.targets, item.by]
                    + ["\(item.lines)"] + numbers).joined(separator: "\t") + "\n")
        }
        try text.finish()
        let directed = ranks[.directed] ?? 0
        print(
            directed == 0
                ? "no drug's targets name \(gene); \(output) has the drugs whose response its alterations and expression move"
                : "\(Count.of(directed, "drug")) directed at \(gene), and how the others have to do with it, in \(output)"
        )
        for relation in [DrugResemblance.Relation.resembles, .moved] {
            let own = found.filter {
                $0.relation == relation && $0.falseDiscovery < 0.05
                    && (relation == .moved || ($0.correlation?.value ?? 0) > 0)
            }
            let words = own.prefix(5).map { "\($0.drug.name.isEmpty ? $0.drug.id : $0.drug.name) (\($0.by))" }
            if ranks[relation] != nil {
                print(
                    "\(relation.rawValue): \(own.count) with fdr below 0.05\(words.isEmpty ? "" : ": " + words.joined(separator: ", "))"
                )
            }
        }
    }
}
