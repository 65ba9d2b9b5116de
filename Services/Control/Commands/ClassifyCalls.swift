import Annotation
import Clinical
import Commands
import Foundation
import Genomics
import Observability
import VariantCalling

/// `helicase classify --variants`: the 28 criteria of a person's annotated calls.
struct ClassifyCalls {
    private let command: ParsedCommand
    private let input: String

    init(_ command: ParsedCommand) {
        self.command = command
        input = command.value("variants") ?? ""
    }

    func run() throws {
        let output = command.value("output") ?? ""
        try OutputPath.checkFile(output, force: command.flag("force"))
        let family = try family()
        let parentage = try family.flatMap { family in
            family.parents.count == 2
                ? try ParentageCheck(path: input, child: family.child, parents: family.parents) : nil
        }
        if let parentage { try say(parentage, family) }
        let options = try options(family)
        let judging = try AssessorOptions(command)
        let calls = try AnnotatedOnTheWay(
            input, reference: judging.reference, transcripts: judging.transcripts,
            preferred: judging.knowledge.panelTranscripts)
        var reader = try AnnotatedVCF(path: calls.path, options: options)
        let assessor = try judging.assessor(frequencies: reader.frequencySources)
        let evidence = try CaseEvidence(command)
        let isJSON = command.flag("json")
        let table = try TextOutput(path: output)
        try table.write(ClassificationText.header)
        let progress = ProgressMeter("classifying", unit: "alleles")
        var (count, unusable) = (0, 0)
        var classes: [VariantClass: Int] = [:]
        while true {
            do {
                guard let allele = try reader.next() else { break }
                let own = evidence.evidence(
                    allele,
                    relatives: family.map {
                        $0.evidence(reader.relatives, isConfirmed: parentage?.isConfirmed ?? false)
                    })
                let result = try assessor.classify(allele, evidence: own)
                try table.write(ClassificationText.row(allele, result))
                if isJSON { print(try ClassificationText.json(allele, result)) }
                classes[result.byPoints, default: 0] += 1
                count += 1
                if count % 4_096 == 0 { progress.advance(by: 4_096) }
            } catch let error as GenomicsError where error.code == .malformed && error.record != nil {
                unusable += 1
                if unusable <= 20 { Remark.say("\(error); the record is left out") }
            }
        }
        progress.finish()
        try table.finish()
        let losses = calls.losses + evidence.unread
        try report(reader.counts, count, unusable, classes, output, isJSON: isJSON)
        if !losses.isEmpty { throw ControlError(losses.joined(separator: "; ") + "; the rest is in \(output)") }
    }

    private func options(_ family: FamilyColumns?) throws -> AnnotatedVCF.Options {
        var options = AnnotatedVCF.Options()
        options.sample = family?.child ?? command.value("sample")
        options.isSitesOnly = command.flag("sites")
        options.isChosenOnly = true
        options.relatives = family?.parents ?? []
        let prefixes = command.values("frequencies")
        if !prefixes.isEmpty {
            options.frequencies = [:]
            for text in prefixes {
                guard let equal = text.firstIndex(of: "=") else {
                    throw StartError(
                        .usage, "--frequencies: \"\(text)\" is not PREFIX=SOURCE, such as gnomad_=gnomad@2.1.1")
                }
                options.frequencies?[String(text[..<equal])] = String(text[text.index(after: equal)...])
            }
        }
        guard !options.isSitesOnly || options.sample == nil else {
            throw StartError(
                .usage, "--sites looks at all alleles, --sample and --pedigree at one person's; give one of them")
        }
        return options
    }

    /// Says what the calls say of parentage; throws where they deny it.
    private func say(_ parentage: ParentageCheck, _ family: FamilyColumns?) throws {
        for (place, name) in (family?.parents ?? []).enumerated() where parentage.verdicts[place] != true {
            let figures =
                "\(input): of \(Count.of(parentage.sites[place], "place")) where \(family?.child ?? "") has two copies of an allele, \(name) lacks it at "
                + "\(parentage.contradictions[place])"
            guard parentage.verdicts[place] == nil else {
                throw ControlError("\(figures): \(name) is no parent; correct the pedigree, or leave --pedigree out")
            }
            Remark.say("\(figures); too few to confirm that \(name) is a parent, so that is assumed")
        }
    }

    private func family() throws -> FamilyColumns? {
        guard let path = command.value("pedigree") else { return nil }
        return try FamilyColumns(Pedigree(path: path), sample: command.value("sample"), path: path)
    }

    private func report(
        _ counts: AnnotatedVCF.Counts, _ count: Int, _ unusable: Int, _ classes: [VariantClass: Int], _ output: String,
        isJSON: Bool
    ) throws {
        if counts.sharedClinVar > 0 {
            Remark.say(
                "\(input): ClinVar's word on \(Count.of(counts.sharedClinVar, "record")) of several ALTs is for nobody knows which of them; "
                    + "split them before annotation (bcftools norm -m -)")
        }
        if counts.uncalled > 0 {
            Remark.say("\(input): \(Count.of(counts.uncalled, "allele")) of records without a genotype are left out")
        }
        if !isJSON {
            let figures = VariantClass.allCases.map { "\(classes[$0] ?? 0) \($0.rawValue.lowercased())" }
            print("\(Count.of(count, "allele")) in \(output): \(figures.joined(separator: ", "))")
        }
        if unusable > 20 { Remark.say("\(input): \(unusable - 20) more records are left out") }
        if unusable > 0 {
            throw ControlError(
                "\(Count.of(unusable, "record")) of \(input) could not be read; the others were classified")
        }
    }
}

/// Calls with INFO CSQ: the input itself, or a copy that is annotated here and goes away with its owner.
private final class AnnotatedOnTheWay {
    let path: String
    /// What could not be annotated.
    let losses: [String]
    private let folder: String?

    init(_ input: String, reference: ReferenceGenome?, transcripts: TranscriptSet?, preferred: Set<String>) throws {
        // What else may be wrong with the input is said when it is read.
        guard let header = try? VCFReader(path: input).headerText, !header.contains("##INFO=<ID=CSQ,"), let reference,
            let transcripts
        else {
            (path, folder, losses) = (input, nil, [])
            return
        }
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("helicase-classify-\(UUID())").path
        (path, self.folder) = ("\(folder)/annotated.vcf.gz", folder)
        try Files.makeFolder(folder)
        var options = VariantAnnotator.Options()
        options.isPickOnly = true
        options.naming = VariantNaming()
        options.choice = TranscriptChoice(preferred: preferred)
        for remark in transcripts.remarks { Remark.say(remark) }
        let annotator = VariantAnnotator(
            reference: reference, transcripts: transcripts, sources: [], options: options)
        let summary = try annotator.annotate(input, to: path, metadata: [], remark: Remark.say)
        let left = summary.mismatched + summary.foreign
        losses =
            left == 0 ? [] : ["\(Count.of(left, "record")) of \(input) have no consequence, as the lines above say"]
    }

    deinit { if let folder { try? FileManager.default.removeItem(atPath: folder) } }
}

/// A child and its parents among the samples of a file.
private struct FamilyColumns {
    let child: String
    /// The mother and the father, those that the pedigree names.
    let parents: [String]
    private let hasMother: Bool
    private let hasFather: Bool

    /// Takes the child of `sample`'s name, or the only one with a parent.
    init(_ pedigree: Pedigree, sample: String?, path: String) throws {
        let children = pedigree.persons.values.filter { $0.father != nil || $0.mother != nil }.map(\.name).sorted()
        guard let name = sample ?? (children.count == 1 ? children[0] : nil) else {
            throw StartError(
                .usage,
                "\(path) has \(Count.of(children.count, "child", "children")) with parents; --sample says whose calls are classified"
            )
        }
        guard let person = pedigree.persons[name] else {
            throw StartError(.usage, "\(path) does not name \(name)")
        }
        child = name
        parents = [person.mother, person.father].compactMap { $0 }
        (hasMother, hasFather) = (person.mother != nil, person.father != nil)
        if parents.count < 2 { Remark.say("\(path) names no two parents of \(name): what is new cannot be told") }
    }

    /// What the parents' copies say.
    func evidence(_ copies: [Int?], isConfirmed: Bool) -> FamilyEvidence {
        func parent(_ isThere: Bool, _ place: Int) -> FamilyEvidence.Parent? {
            isThere && copies.indices.contains(place) ? FamilyEvidence.Parent(copies: copies[place]) : nil
        }
        return FamilyEvidence(
            mother: parent(hasMother, 0), father: parent(hasFather, hasMother ? 1 : 0),
            isParentageConfirmed: isConfirmed)
    }
}
