import Commands
import Foundation
import Genomics
import Hashing
import SyntheticCohorts

/// `helicase simulate cohort`.
struct SimulateCohort {
    private let command: ParsedCommand
    private let count: Int
    private let families: Int
    private let heldOut: Double
    private let seed: UInt64
    private let workers: Int
    private let output: String
    private var settings = HaplotypeNetwork.Settings()

    init(_ command: ParsedCommand) throws {
        self.command = command
        count = try command.integer("count", in: 1...10_000_000) ?? 1
        families = try command.integer("families", in: 0...5_000_000) ?? 0
        guard families * 2 <= count else {
            throw StartError(
                .usage, "--families: \(families) families have \(families * 2) parents, and --count is \(count)")
        }
        guard let share = Double(command.value("held-out") ?? ""), (0.1...0.9).contains(share) else {
            throw StartError(.usage, "--held-out: not a fraction from 0.1 to 0.9")
        }
        heldOut = share
        settings.leastCarriers = try command.integer("least-carriers", in: 2...1_000_000) ?? settings.leastCarriers
        guard let penalty = Double(command.value("penalty") ?? ""), (0.001...1).contains(penalty) else {
            throw StartError(.usage, "--penalty: not a number from 0.001 to 1")
        }
        settings.lasso = penalty
        seed = UInt64(try command.integer("seed", in: 0...Int.max) ?? 1)
        workers = try command.integer("workers", in: 1...256) ?? ProcessInfo.processInfo.activeProcessorCount
        output = command.value("output") ?? ""
        guard output.hasSuffix(".vcf.gz") else {
            throw StartError(.usage, "--output: \(output) does not end in .vcf.gz")
        }
    }

    func run() throws {
        let force = command.flag("force")
        let base = String(output.dropLast(".vcf.gz".count))
        for path in [output, "\(base).ped", "\(base).audit.html", "\(base).audit.json"] {
            try OutputPath.checkFile(path, force: force)
        }
        let source = command.value("from") ?? ""
        let panel = try HaplotypePanel(path: source)
        if panel.leftOut.notBiallelic + panel.leftOut.incomplete > 0 {
            Remark.say(
                "\(panel.leftOut.notBiallelic) records with other than two alleles and \(panel.leftOut.incomplete) with missing or haploid genotypes are left out"
            )
        }
        let (training, strangers) = try split(panel)
        let network = HaplotypeNetwork(training, settings: settings, seed: seed, workers: workers)
        guard network.madeSites.count >= 2 else {
            throw GenomicsError(
                .unsupported,
                "has \(network.madeSites.count) sites at which \(settings.leastCarriers) haplotypes of the people learned from carry the rarer allele",
                file: source)
        }
        let auditor = CohortAuditor(training: training, heldOut: strangers, seed: cohortSeed, workers: workers)
        let (audit, curves) = try auditor.audit(network)
        let checks = audit.checks()
        let failed = checks.filter { !$0.holds }
        let words = failed.map(\.name).joined(separator: ", ")
        let provenance = CohortReport.Provenance(
            panel: URL(fileURLWithPath: source).lastPathComponent,
            digest: try SHA256Digest.hexadecimal(ofFile: source), sites: panel.sites.count,
            sitesMade: network.madeSites.count, leftOut: panel.leftOut, settings: settings,
            weights: network.weightCount, seed: seed, source: "helicase simulate cohort \(BuildInformation.version)",
            forced: force && !failed.isEmpty)
        let report = CohortReport(audit, curves, checks: checks, provenance: provenance)
        try write(String(decoding: report.json(), as: UTF8.self), to: "\(base).audit.json")
        try write(report.page(), to: "\(base).audit.html")
        for check in checks {
            print(
                "\(check.holds ? "pass" : "FAIL")  \(check.name): \(String(format: "%.4g", check.value)), \(check.limit)"
            )
        }
        guard failed.isEmpty || force else {
            throw ControlError(
                "the cohort is not written: \(words) failed; \(base).audit.html has the figures, and --force writes nevertheless"
            )
        }
        let writer = CohortWriter(network, of: training, count: count, families: families, seed: cohortSeed)
        try writer.write(
            to: output, source: provenance.source,
            metadata: [
                Variant.Field("syntheticPanel", provenance.digest), Variant.Field("syntheticSeed", String(seed)),
                Variant.Field(
                    "syntheticAudit", failed.isEmpty ? "pass" : "failed, written by force: \(words)"),
            ], workers: workers)
        try write(writer.pedigree, to: "\(base).ped")
        print(
            "\(writer.people.count) people at \(network.madeSites.count) of \(panel.sites.count) sites in \(output)"
                + (failed.isEmpty ? "" : ", by force"))
    }

    /// Draws of the people are others than those of the training.
    private var cohortSeed: UInt64 { SplitMix64.mix(seed &+ 1) }

    private func split(_ panel: HaplotypePanel) throws -> (HaplotypePanel, HaplotypePanel) {
        let people = panel.samples.count
        let held = Int(Double(people) * heldOut)
        guard held >= 20, people - held >= 20 else {
            throw GenomicsError(
                .unsupported, "has \(people) people; 20 must be learned from and 20 held out at the least",
                file: command.value("from"))
        }
        var random = SplitMix64(keys: seed, 0)
        let order = random.permutation(people)
        return (
            panel.selecting(people: order.dropFirst(held).sorted()),
            panel.selecting(people: order.prefix(held).sorted())
        )
    }

    private func write(_ text: String, to path: String) throws {
        let file = try TextOutput(path: path)
        try file.write(text)
        try file.finish()
    }
}
