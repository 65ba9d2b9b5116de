import Commands
import Foundation
import Genomics

/// `helicase evaluate variants`.
enum EvaluateVariants {
    private struct Output: Codable {
        var genotype: VariantComparisonResult
        var allele: VariantComparisonResult
    }

    static func run(_ command: ParsedCommand) throws {
        let reference = try ReferenceGenome(path: command.value("reference") ?? "")
        func set(_ file: String, sample option: String) throws -> VariantSet {
            let set = try VariantSet(
                path: command.value(file) ?? "", sample: command.value(option), option: "--\(option)",
                reference: reference)
            for remark in set.remarks { Remark.say(remark) }
            return set
        }
        let truth = try set("truth", sample: "truth-sample").variants
        let calls = try set("predictions", sample: "sample").variants
        let (confident, remark) = try BED.regions(path: command.value("regions") ?? "", reference: reference)
        if let remark { Remark.say(remark) }
        guard let minimum = Double(command.value("minimum-quality") ?? "0") else {
            throw StartError(.usage, "--minimum-quality: no number")
        }
        func compare(_ mode: VariantComparison.Mode) throws -> VariantComparisonResult {
            try VariantComparison(mode: mode, minimumQuality: minimum).compare(
                truth: truth, calls: calls, confident: confident, reference: reference.window)
        }
        let output = Output(genotype: try compare(.genotype), allele: try compare(.allele))
        if command.flag("json") {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            print(String(decoding: try encoder.encode(output), as: UTF8.self))
            return
        }
        print("Genotype-strict (alleles and genotypes must agree)\n\(output.genotype.table)")
        print("Genotype-blind (alleles must agree)\n\(output.allele.table)")
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
}
