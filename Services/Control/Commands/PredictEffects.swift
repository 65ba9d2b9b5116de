import Commands
import Foundation
import Genomics
import NeuralNetwork
import Observability
import SequenceAnalysis
import Tasks

/// `helicase predict effect`: annotates a VCF with what a model of sequences says of each alternate allele.
struct PredictEffects {
    private let command: ParsedCommand
    private let input: String
    private let output: String

    /// Records that are scored together.
    private static let batch = 2048
    private static let definitions = [
        "##INFO=<ID=EFFECT,Number=A,Type=String,Description=\"What a model says of the allele: model|reference|alternate|difference\">",
        "##INFO=<ID=EFFECT_SHIFT,Number=A,Type=Integer,Description=\"Bases by which the allele moves its flanks against each other\">",
    ]
    /// Of models that read sites.
    private static let siteDefinition =
        "##INFO=<ID=EFFECT_SITE,Number=A,Type=String,Description=\"The site that changes most: class|strand|last base before it\">"

    init(_ command: ParsedCommand) {
        self.command = command
        input = command.value("variants") ?? ""
        output = command.value("output") ?? ""
    }

    func run() async throws {
        try OutputPath.checkFile(output, force: command.flag("force"))
        let reference = try ReferenceGenome(path: command.value("reference") ?? "")
        let package = try await ModelChoice.package(command, task: SequenceTask())
        let effects = try VariantEffects(SequenceModel(package), class: command.value("class"), genome: reference)
        var lines = try BGZFLines(path: input)
        let written = try TextOutput(path: output)
        let progress = ProgressMeter("scoring", total: lines.totalBytes.map(Int.init), unit: "bytes")
        try header(
            &lines, effects.readsSites ? Self.definitions + [Self.siteDefinition] : Self.definitions, to: written)
        var (records, problems) = (0, 0)
        while true {
            var pending: [(number: Int, text: String)] = []
            while pending.count < Self.batch, let text = try Self.next(&lines) {
                if !text.isEmpty { pending.append((lines.number, text)) }
            }
            if pending.isEmpty { break }
            problems += try await annotate(pending, effects, to: written)
            records += pending.count
            progress.set(Int(lines.bytesRead))
        }
        progress.finish()
        try written.finish()
        print("\(Count.of(records, "record")) in \(output)")
        if problems > 0 {
            throw ControlError(
                "\(Count.of(problems, "record")) of \(input) could not be scored and \(problems == 1 ? "has" : "have") no EFFECT"
            )
        }
    }

    /// Copies the header with the definitions of what is added.
    private func header(_ lines: inout BGZFLines, _ definitions: [String], to written: TextOutput) throws {
        while let text = try Self.next(&lines), text.hasPrefix("#") {
            guard !text.hasPrefix("##INFO=<ID=EFFECT,") else {
                throw ControlError(
                    "\(input) has an INFO field EFFECT already; remove it: bcftools annotate -x INFO/EFFECT")
            }
            let isLast = text.hasPrefix("#CHROM")
            if isLast { for line in definitions { try written.write(line + "\n") } }
            try written.write(text + "\n")
            if isLast { return }
        }
        throw ControlError("\(input) is no text of VCF: its header has no line #CHROM")
    }

    private static func next(_ lines: inout BGZFLines) throws -> String? {
        guard let bytes = try lines.next() else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        return text.hasSuffix("\r") ? String(text.dropLast()) : text
    }

    /// Writes records with their effects; returns how many have an allele that could not be scored.
    private func annotate(
        _ records: [(number: Int, text: String)], _ effects: VariantEffects, to written: TextOutput
    ) async throws -> Int {
        // Where each record's alleles are among all; nil for those that are no letters, such as <DEL> and *.
        var alleles: [Allele] = []
        var flaws: [Int: String] = [:]
        var places: [[Int?]] = []
        for (number, text) in records {
            let columns = text.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard columns.count >= 8, let position = Int(columns[1]), position > 0 else {
                flaws[number] = "no record of VCF: CHROM, POS, ID, REF, ALT, QUAL, FILTER and INFO are needed"
                places.append([])
                continue
            }
            places.append(
                columns[4].split(separator: ",").map { alternate in
                    let allele = Allele(
                        contig: columns[0], position: position, reference: columns[3], alternate: String(alternate))
                    guard let allele else {
                        // There is no allele of this record to score: none, or one that another record deletes.
                        if alternate != ".", alternate != "*" {
                            flaws[number] =
                                "REF \(columns[3].prefix(40)), ALT \(alternate.prefix(40)): this is not spelled in bases"
                        }
                        return nil
                    }
                    alleles.append(allele)
                    return alleles.count - 1
                })
        }
        let workers = ProcessInfo.processInfo.activeProcessorCount
        let results = try await effects.effects(of: alleles, workers: workers)
        let model = (command.value("model") ?? "").replacing(/[|,;=\s]/, with: "_")
        for ((number, text), own) in zip(records, places) {
            var values: [(effect: String, shift: String, site: String?)] = []
            for place in own {
                switch place.map({ results[$0] }) {
                case .success(let effect)?:
                    values.append(
                        (
                            "\(model)|\(effect.reference)|\(effect.alternate)|\(effect.difference)",
                            String(effect.shift), effect.site.map(Self.text)
                        ))
                case .failure(let error)?:
                    flaws[number] = error.description
                    values.append((".", ".", nil))
                case nil: values.append((".", ".", nil))
                }
            }
            if let flaw = flaws[number] { Remark.say("\(input), line \(number): \(flaw)") }
            let isSaid = values.contains { $0.effect != "." }
            try written.write((isSaid ? Self.line(text, values) : text) + "\n")
        }
        return flaws.count
    }

    /// A site, with the position of the base right before it on the reference; `inserted` where it has none there.
    private static func text(_ site: VariantEffects.Site) -> String {
        "\(site.name)|\(site.isReverse ? "-" : "+")|\(site.place.map(String.init) ?? "inserted")"
    }

    private static func line(_ text: String, _ values: [(effect: String, shift: String, site: String?)]) -> String {
        var columns = text.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        var own =
            "EFFECT=\(values.map(\.effect).joined(separator: ","));EFFECT_SHIFT=\(values.map(\.shift).joined(separator: ","))"
        if values.contains(where: { $0.site != nil }) {
            own += ";EFFECT_SITE=\(values.map { $0.site ?? "." }.joined(separator: ","))"
        }
        columns[7] = columns[7] == "." || columns[7].isEmpty ? own : "\(columns[7]);\(own)"
        return columns.joined(separator: "\t")
    }
}
