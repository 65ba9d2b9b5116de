import Commands
import Foundation
import Genomics
import VariantCalling

/// `helicase joint`.
enum JointVariants {
    static func run(_ command: ParsedCommand) throws {
        let output = command.value("output") ?? ""
        try OutputPath.checkFile(output, force: command.flag("force"))
        guard let minimum = Double(command.value("minimum-quality") ?? "") else {
            throw StartError(.usage, "--minimum-quality: no number")
        }
        let reference = try ReferenceGenome(path: command.value("reference") ?? "")
        let pedigree = try command.value("pedigree").map { try Pedigree(path: $0) }
        var caller = try JointCaller(gvcfs: command.values("gvcf"), pedigree: pedigree, reference: reference)
        caller.minimumQuality = minimum
        for remark in caller.remarks { Remark.say(remark) }
        let summary = try caller.run(output: output, source: "helicase joint \(BuildInformation.version)")
        if summary.crowded > 0 {
            Remark.say(
                "\(summary.crowded) sites have more than \(caller.mostAlternates) alternates, of which the most frequent are kept"
            )
        }
        if command.flag("json") {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            print(String(decoding: try encoder.encode(summary), as: UTF8.self))
        } else {
            print(
                "\(summary.sites) sites of \(caller.samples.count) samples in \(output); \(summary.doubtful) below QUAL "
                    + "\(command.value("minimum-quality") ?? ""); \(summary.newAlleles) children's genotypes with a new allele"
            )
        }
    }
}
