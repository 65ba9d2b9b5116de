import Clinical
import Commands
import Foundation
import Genomics
import Hashing
import Observability

/// `helicase interpret`.
struct InterpretCommand {
    private let command: ParsedCommand
    private let output: String

    init(_ command: ParsedCommand) throws {
        self.command = command
        output = command.value("output") ?? "."
    }

    func run() throws {
        let options = ClinicalOptions(command)
        try OutputPath.checkFolder(output)
        let genes = Set(try options.genes())
        let person = try command.value("case").map { try PhenotypeCase(phenopacket: Files.read($0), file: $0) }
        let question = ClinicalQuestion(
            person: person, genes: genes.subtracting(["*"]), asksAboutAllGenes: genes.contains("*"),
            consentsToSecondaryFindings: command.flag("secondary-findings"))
        guard !question.isEmpty || command.flag("drugs") || !command.values("scores").isEmpty else {
            throw StartError(.usage, "ask something: --case, --genes, --secondary-findings, --drugs or --scores")
        }
        guard command.value("callable") == nil || !question.genes.isEmpty else {
            throw StartError(.usage, "--callable says how well the genes of --genes were seen, and none is named")
        }
        let reference = try ReferenceGenome(path: command.value("reference") ?? "")
        let variants = command.value("variants") ?? ""
        let pedigree = try command.value("pedigree").map { path in
            try PedigreeOption.read(path, proband: command.value("sample") ?? person?.individual, calls: variants)
        }
        if pedigree != nil, person?.kindred != nil {
            Remark.say("--pedigree says who the relatives are; the pedigree of --case is not used")
        }
        var request = Interpreter.Request(
            variants: variants,
            sample: try ProbandSample.find(command, person, pedigree: pedigree, calls: variants), question: question,
            calls: ClinicalReport.Source(
                name: URL(fileURLWithPath: variants).lastPathComponent,
                digest: try SHA256Digest.hexadecimal(ofFile: variants)),
            software: BuildInformation.version,
            createdAt: Date(timeIntervalSince1970: Date().timeIntervalSince1970.rounded(.down)))
        request.pedigree = pedigree
        request.laboratory = try command.value("laboratory").map {
            try ClinicalReport.Laboratory(decoding: Files.read($0), file: $0)
        }
        request.alignments = command.value("alignments")
        request.callable = command.value("callable")
        if command.flag("drugs") { request.pharmacogenes = variants }
        let interpreter = try Interpreter(try options.files(), reference: reference)

        let scratch = try TemporaryFolder()
        defer { withExtendedLifetime(scratch) {} }
        let folder = scratch.path
        let result = try interpreter.report(request, folder: folder)
        try write(result, from: folder)
        for remark in result.report.remarks { Remark.say(remark) }
        if command.flag("json") {
            print(String(decoding: try result.report.encoded(), as: UTF8.self))
        } else {
            print(summary(result.report))
        }
        if !result.losses.isEmpty {
            throw ControlError("the report lacks something of its input: \(result.losses.joined(separator: "; "))")
        }
    }

    private func write(_ result: Interpreter.Result, from folder: String) throws {
        let sample = result.report.subject.sample
        guard SampleName.isValid(sample) else {
            throw ControlError("the sample's name cannot name files: \(SampleName.rule)")
        }
        var files = try ClinicalForms.all(of: result.report).map { ("\(sample).\($0.ending)", $0.bytes) }
        files.append(("\(sample).report.json", try result.report.encoded() + [UInt8(ascii: "\n")]))
        let annotated = result.annotated.hasPrefix(folder)
        let names = files.map(\.0) + (annotated ? ["\(sample).annotated.vcf.gz"] : [])
        try OutputPath.checkNew(names, in: output, force: command.flag("force"))
        try Files.makeFolder(output)
        for (name, bytes) in files { try Files.write(Data(bytes), to: "\(output)/\(name)") }
        guard annotated else { return }
        for suffix in ["", ".tbi", ".csi"] where FileManager.default.fileExists(atPath: result.annotated + suffix) {
            let place = "\(output)/\(sample).annotated.vcf.gz\(suffix)"
            if FileManager.default.fileExists(atPath: place) { try FileManager.default.removeItem(atPath: place) }
            try FileManager.default.moveItem(atPath: result.annotated + suffix, toPath: place)
        }
    }

    private func summary(_ report: ClinicalReport) -> String {
        var lines = ["\(report.subject.sample): \(report.conclusion.result.rawValue). \(report.conclusion.headline)"]
        for finding in report.findings + (report.secondary ?? []) {
            let name = finding.allele.chosen?.codingName ?? finding.allele.name
            lines.append(
                "  \(finding.id)  \(finding.gene)  \(name)  \(finding.allele.call?.genotype ?? "")  "
                    + "\(finding.classification.byPoints.rawValue) (\(finding.classification.metNames.joined(separator: ", ")))"
            )
        }
        let absent = report.counts.absent.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
        lines.append(
            "  \(Count.of(report.counts.alleles, "allele")): \(report.findings.count) findings, \(absent.joined(separator: ", "))"
        )
        lines.append("  wrote \(output)/\(report.subject.sample).report.html, .report.json and .report.fhir.json")
        lines.append(ClinicalReport.disclaimer)
        return lines.joined(separator: "\n")
    }
}
