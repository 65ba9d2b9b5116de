import Annotation
import Clinical
import Commands
import Events
import Foundation
import Genomics
import Runs

/// What calls of a person's or tumour's small variants tell of genes: which proteins are changed.
struct ProfileVariants {
    /// The alleles that change a gene's protein, by the gene's symbol.
    private(set) var genes: [String: [String]] = [:]
    private let path: String
    private var counts = Counts()
    private let hasFrequencies: Bool
    private let limit: Double

    private struct Counts {
        var alleles = 0
        var doubtful = 0
        var common = 0
        var changing = 0
    }

    /// A genotype below is not counted.
    private static let leastQuality = 20

    /// Reads what the command names: a file of calls, or a run's; nil where it names neither.
    static func read(_ command: ParsedCommand) async throws -> ProfileVariants? {
        let scratch = try TemporaryFolder()
        defer { withExtendedLifetime(scratch) {} }
        if let run = command.value("from-run") {
            let name = try await fetch(run, command, to: scratch.path)
            return try ProfileVariants(
                command, calls: "\(scratch.path)/\(name)", shown: "run \(run)", scratch: scratch.path)
        }
        guard let path = command.value("variants") else { return nil }
        return try ProfileVariants(command, calls: path, shown: path, scratch: scratch.path)
    }

    /// Fetches the calls of a run that is over, annotated ones where it has them, and gives their file's name.
    private static func fetch(_ run: String, _ command: ParsedCommand, to folder: String) async throws -> String {
        try await Endpoints(command).withDatabase { database in
            let run = try await RunsCommands.find(run, database).run
            let report = try await EventCoding.decode(Report.self, from: RunResults.record(of: run, in: database))
            let names = report.artifacts.map(\.name).filter { $0.hasSuffix(".vcf.gz") && !$0.hasSuffix(".g.vcf.gz") }
            guard let name = names.first(where: { $0.hasSuffix(".annotated.vcf.gz") }) ?? names.first,
                !name.contains("/")
            else { throw ControlError("the report of run \(run) has no VCF") }
            try await Artifacts.fetch(name, run: run, to: "\(folder)/\(name)", from: database)
            return name
        }
    }

    private init(_ command: ParsedCommand, calls: String, shown: String, scratch: String) throws {
        path = shown
        guard let limit = Double(command.value("max-frequency") ?? "0.001"), (0...1).contains(limit) else {
            throw StartError(
                .usage, "--max-frequency: \"\(command.value("max-frequency") ?? "")\" is no share from 0 to 1")
        }
        self.limit = limit
        var options = AnnotatedVCF.Options()
        options.sample = command.value("sample")
        var file = try AnnotatedVCF(path: try Self.annotated(command, calls, shown, scratch), options: options)
        guard file.sample != nil else {
            throw ControlError("\(shown) has no genotypes, and a profile is of one sample: take a file with a sample")
        }
        hasFrequencies = !file.frequencySources.isEmpty
        while let allele = try file.next() { take(allele) }
    }

    /// The file with what its alleles do to transcripts: itself where it says so already.
    private static func annotated(
        _ command: ParsedCommand, _ calls: String, _ shown: String, _ scratch: String
    ) throws -> String {
        guard let reference = command.value("reference"), let transcripts = command.value("transcripts") else {
            guard command.value("reference") == nil, command.value("transcripts") == nil else {
                throw StartError(.usage, "--reference and --transcripts go together: both say what a variant changes")
            }
            guard try VCFReader(path: calls).headerText.contains("##INFO=<ID=CSQ,") else {
                throw ControlError(
                    "\(shown) does not say what its variants change (INFO CSQ): give --reference and --transcripts, or annotate it first "
                        + "(helicase annotate)")
            }
            return calls
        }
        let genome = try ReferenceGenome(path: reference)
        let models = try TranscriptSet(path: transcripts).matched(to: genome)
        for remark in models.remarks { Remark.say(remark) }
        let output = "\(scratch)/annotated.vcf.gz"
        let summary = try VariantAnnotator(reference: genome, transcripts: models, sources: []).annotate(
            calls, to: output, metadata: [], remark: Remark.say)
        let left = summary.mismatched + summary.foreign
        guard left == 0 else {
            throw ControlError(
                "\(Count.of(left, "record")) of \(shown) do not fit \(reference): which genes they change is not known; take the "
                    + "reference of the calls")
        }
        return output
    }

    private mutating func take(_ allele: AnnotatedAllele) {
        counts.alleles += 1
        guard let call = allele.call, call.filters.isEmpty, call.quality ?? Self.leastQuality >= Self.leastQuality
        else {
            counts.doubtful += 1
            return
        }
        let changed = allele.consequencesOfGenes.filter { ["HIGH", "MODERATE"].contains($0.impact) }.map(\.gene)
        guard !changed.isEmpty else { return }
        if allele.frequencies.contains(where: { $0.frequency >= limit }) {
            counts.common += 1
            return
        }
        counts.changing += 1
        for gene in changed { genes[gene, default: []].append(allele.name) }
    }

    /// Says what became of the alleles, and what such calls cannot tell.
    func say(of columns: [String]) {
        Remark.say(
            "\(path): \(Count.of(counts.alleles, "allele")), \(counts.changing) of them change a protein; \(counts.doubtful) filtered or "
                + "below GQ \(Self.leastQuality), "
                + (hasFrequencies
                    ? "\(counts.common) in \(limit * 100) % of a population or more and so taken for inherited"
                    : "and how common they are is not known (helicase annotate --annotations adds frequencies)"))
        let named = columns.prefix(20).map { column in
            "\(column)" + (genes[String(column.dropLast(4))].map { " (\($0.prefix(2).joined(separator: ", ")))" } ?? "")
        }
        Remark.say(
            columns.isEmpty
                ? "none of the model's genes is mutated by these calls"
                : "mutated: \(named.joined(separator: "; "))"
                    + (columns.count > 20 ? "; and \(columns.count - 20) more" : ""))
        Remark.say(
            "such calls do not tell inherited from acquired variants; the model's lines count acquired ones. Genes without a call count as not "
                + "mutated, also where no read was; copy numbers, fusions, instability and expression are not told by them"
        )
    }
}
