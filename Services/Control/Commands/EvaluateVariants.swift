import Commands
import Foundation
import Genomics

/// `helicase evaluate variants`.
struct EvaluateVariants {
    private struct Output: Codable {
        struct Threshold: Codable {
            var type: String
            var quality: Double?
            var f1: Double
        }

        var genotype: VariantComparisonResult
        var allele: VariantComparisonResult
        /// GQ beside the errors of genotypes, QUAL beside those of alleles.
        var reliability: [ReliabilityTable]
        /// The thresholds of QUAL with the best F1.
        var bestQuality: [Threshold]
    }

    private let command: ParsedCommand
    private let reference: ReferenceGenome
    private var comparison = VariantComparison()

    init(_ command: ParsedCommand) throws {
        self.command = command
        reference = try ReferenceGenome(path: command.value("reference") ?? "")
        guard let minimum = Double(command.value("minimum-quality") ?? "0") else {
            throw StartError(.usage, "--minimum-quality: no number")
        }
        comparison.minimumQuality = minimum
        comparison.takesFilteredRecords = command.flag("all-records")
        comparison.assertsReference = command.flag("strict-reference")
        comparison.ploidy = try command.integer("ploidy", in: 1...6)
        comparison.longestAllele = try command.integer("longest-allele", in: 1...4_000) ?? 1_000
        switch command.value("phased") {
        case nil: break
        case "truth": comparison.phasedSides = .truth
        case "calls": comparison.phasedSides = .calls
        case "both": comparison.phasedSides = [.truth, .calls]
        case let other?: throw StartError(.usage, "--phased: \"\(other)\" is not truth, calls or both")
        }
    }

    mutating func run() throws {
        let folder = command.value("output")
        let force = command.flag("force")
        if let folder {
            try OutputPath.checkNew(
                EvaluatedFiles.names + EvaluatedFiles.names.map { $0 + ".tbi" }, in: folder, force: force)
        }
        if let path = command.value("roc") { try OutputPath.checkFile(path, option: "--roc", force: force) }
        let truth = try set("truth", "truth-sample", .truth)
        let calls = try set("predictions", "sample", .calls)
        var confident: BED?
        if let path = command.value("regions") {
            let (bed, remark) = try BED.regions(path: path, reference: reference)
            if let remark { Remark.say(remark) }
            confident = bed
        }
        func evaluate(_ mode: VariantComparison.Mode) throws -> VariantEvaluation {
            comparison.mode = mode
            return try comparison.evaluate(
                truth: truth.variants, calls: calls.variants, confident: confident, reference: reference.window)
        }
        let (strict, blind) = (try evaluate(.genotype), try evaluate(.allele))
        let scored = strict.scored(calls.variants)
        let curves = Self.curves(scored, strict.result)
        if let path = command.value("roc") {
            let file = try TextOutput(path: path)
            try file.write(ScoreCurve.header)
            for (type, curve) in curves { try file.write(curve.lines(type: type)) }
            try file.finish()
        }
        if let folder {
            let files = EvaluatedFiles(folder: folder)
            try files.write(truth, of: command.value("truth") ?? "", strict.truth, isTruth: true)
            try files.write(calls, of: command.value("predictions") ?? "", strict.calls, isTruth: false)
        }
        let output = Output(
            genotype: strict.result, allele: blind.result,
            reliability: [
                ReliabilityTable(score: "GQ", of: scored) { $0.genotypeQuality },
                ReliabilityTable(score: "QUAL", of: blind.scored(calls.variants)) { $0.quality },
            ],
            bestQuality: curves.compactMap { type, curve in
                curve.best.map { Output.Threshold(type: type, quality: $0.score, f1: $0.f1) }
            })
        if command.flag("json") {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            print(String(decoding: try encoder.encode(output), as: UTF8.self))
        } else {
            Self.show(output)
        }
    }

    /// Reads one side's file.
    private mutating func set(
        _ file: String, _ option: String, _ side: VariantComparison.Sides
    ) throws -> VariantSet {
        let path = command.value(file) ?? ""
        var sample = command.value(option)
        if sample == "ALT" {
            comparison.sitesOnly.insert(side)
            sample = try VCFReader(path: path).samples.first
        }
        let set = try VariantSet(
            path: path, sample: sample, option: "--\(option)", reference: reference, refusesForeign: side == .calls)
        for remark in set.remarks { Remark.say(remark) }
        if set.sample == nil {
            Remark.say("\(path) holds no genotypes, so any genotype of a record's alleles agrees")
            comparison.sitesOnly.insert(side)
        }
        return set
    }

    /// The curves of all calls, of substitutions and of indels.
    private static func curves(
        _ calls: [ScoredCall], _ result: VariantComparisonResult
    ) -> [(type: String, curve: ScoreCurve)] {
        let (snp, indel) = (result.substitutions, result.indels)
        let totals = [snp, indel].map { $0.truthTruePositives + $0.falseNegatives }
        return [
            ("ALL", ScoreCurve(calls, truth: totals[0] + totals[1]) { $0.quality }),
            ("SNP", ScoreCurve(calls.filter(\.isSubstitution), truth: totals[0]) { $0.quality }),
            ("INDEL", ScoreCurve(calls.filter { !$0.isSubstitution }, truth: totals[1]) { $0.quality }),
        ]
    }

    private static func show(_ output: Output) {
        print("Genotype-strict (a record's alleles and genotype must agree)\n\(output.genotype.table)")
        print("Genotype-blind (an allele of a record must agree)\n\(output.allele.table)")
        for (title, counts) in [
            ("truth", output.genotype.omittedTruth), ("calls", output.genotype.omittedCalls),
        ] where !counts.isEmpty {
            let reasons = counts.sorted { $0.key < $1.key }.map { "\($1) \(Self.words[$0] ?? $0)" }
            print("Records of the \(title) that took no part: \(reasons.joined(separator: ", "))")
        }
        for place in output.genotype.tooComplex { print("Too many ways to tell: \(place)") }
        for table in output.reliability where !table.bins.isEmpty {
            print("Reliability by \(table.score)\n\(table.table)")
        }
        for best in output.bestQuality {
            let threshold = best.quality.map { "QUAL >= \(String(format: "%.2f", $0))" } ?? "all calls"
            print("Best F1 of \(best.type): \(String(format: "%.4f", best.f1)) at \(threshold)")
        }
        for (title, sites) in [
            ("False positives", output.genotype.falsePositives), ("False negatives", output.genotype.falseNegatives),
        ] where !sites.isEmpty {
            print("\(title) of the strict comparison:")
            for site in sites.prefix(20) {
                print("  \(site.contig):\(site.position) \(site.reference)>\(site.alternate) copies \(site.copies)")
            }
            if sites.count > 20 { print("  … and \(sites.count - 20) more (--json lists all)") }
        }
    }

    /// The reasons in words.
    private static let words = [
        "noGenotype": "without a genotype", "noVariant": "without an alternate allele in bases",
        "otherPloidy": "of another ploidy", "tooLong": "with too long an allele",
        "outsideContig": "beyond their contig's end", "tooComplex": "where there are too many ways to tell",
    ]
}
