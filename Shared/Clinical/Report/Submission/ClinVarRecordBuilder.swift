import Annotation
import Foundation

/// Makes the record of one finding, or says what of it is not known.
struct ClinVarRecordBuilder {
    /// What the form demands and the report does not know.
    struct Gap: Error {
        var reason: String

        init(_ reason: String) { self.reason = reason }
    }

    private let report: ClinicalReport
    private let finding: Finding
    private let isSecondary: Bool
    private let options: ClinVarSubmission.Options

    init(
        _ report: ClinicalReport, _ finding: Finding, isSecondary: Bool, _ options: ClinVarSubmission.Options
    ) {
        (self.report, self.finding, self.isSecondary, self.options) = (report, finding, isSecondary, options)
    }

    /// An item of `germlineSubmission`.
    func record() throws(Gap) -> OrderedJSON {
        let (variant, condition, observation) = (try variant(), try condition(), try observation())
        return [
            "localID": .string(finding.vrs ?? finding.genomicName), "recordStatus": "novel",
            "variantSet": ["variant": [variant]], "germlineClassification": classification,
            "conditionSet": ["condition": [condition]], "observedIn": [observation],
        ]
    }

    /// The longest allele that ClinVar takes without the method that found it.
    private static let longest = 50

    private func variant() throws(Gap) -> OrderedJSON {
        let allele = finding.allele
        guard max(allele.reference.utf8.count, allele.alternate.utf8.count) <= Self.longest else {
            throw Gap(
                "it is longer than \(Self.longest) bases, for which the form wants the method that found it (structVarMethodType)"
            )
        }
        let gene = OrderedJSON.string(finding.gene).map { OrderedJSON.list([["symbol": $0]]) }
        if let name = [allele.chosen?.codingName, finding.genomicName].lazy.compactMap({ $0 }).first(
            where: Self.isNamed)
        {
            return ["hgvs": .string(name), "gene": gene]
        }
        return ["chromosomeCoordinates": try coordinates(), "gene": gene]
    }

    /// Whether ClinVar knows the sequence of a name: RefSeq's.
    private static func isNamed(_ name: String) -> Bool {
        guard let colon = name.firstIndex(of: ":"), FHIRCoding.accession(String(name[..<colon]))?.system == .refSeq
        else {
            return false
        }
        return ["c.", "n.", "g.", "m."].contains(String(name[colon...].dropFirst().prefix(2)))
    }

    private func coordinates() throws(Gap) -> OrderedJSON {
        let (allele, chromosome) = (finding.allele, GenomeBuild.plain(finding.allele.contig))
        let isBases = (allele.reference + allele.alternate).utf8.allSatisfy { Set("ACGTN".utf8).contains($0) }
        guard isBases, !allele.reference.isEmpty, !allele.alternate.isEmpty else {
            throw Gap("it has neither a name of HGVS on a sequence of RefSeq nor bases")
        }
        guard let build = FHIRWriter.build(of: report.provenance.reference) else {
            throw Gap(
                "it has no name of HGVS on a sequence of RefSeq, and the reference \(report.provenance.reference.label) names no assembly"
            )
        }
        guard chromosome == "MT" || FHIRCoding.chromosome(chromosome) != nil else {
            throw Gap("the contig \(allele.contig) is none of the chromosomes 1 to 22, X, Y and MT")
        }
        let (stop, isTooLarge) = allele.position.addingReportingOverflow(allele.reference.utf8.count - 1)
        guard allele.position > 0, !isTooLarge else { throw Gap("the position \(allele.position) is none") }
        return [
            "assembly": .text(build.rawValue), "chromosome": .text(chromosome), "start": .integer(allele.position),
            "stop": .integer(stop), "referenceAllele": .text(allele.reference),
            "alternateAllele": .text(allele.alternate),
        ]
    }

    /// The disease by its identifier, else by its name; never both.
    private func condition() throws(Gap) -> OrderedJSON {
        guard let disease = finding.disease else { throw Gap("no disease is known that it was classified for") }
        let rest = disease.id.firstIndex(of: ":").map { String(disease.id[disease.id.index(after: $0)...]) } ?? ""
        let known: (db: String, id: String)? =
            switch disease.id.prefix(while: { $0 != ":" }).uppercased() {
            case "OMIM", "MIM": rest.utf8.count == 6 && Int(rest) != nil ? ("OMIM", rest) : nil
            case "ORPHA", "ORPHANET": Int(rest) == nil ? nil : ("Orphanet", "ORPHA\(rest)")
            case "MONDO": Int(rest) == nil ? nil : ("MONDO", "MONDO:\(rest)")
            case "HP": Int(rest) == nil ? nil : ("HP", "HP:\(rest)")
            default: nil
            }
        if let known { return ["db": .text(known.db), "id": .text(known.id)] }
        guard let name = OrderedJSON.string(disease.name) else { throw Gap("the disease has no name") }
        return ["name": name]
    }

    private var classification: OrderedJSON {
        let result = finding.classification
        let evidence = result.criteria.filter { $0.strength != nil }.map(FHIRWriter.text).joined(separator: " ")
        var comment = "\(result.points) points: \(result.byPoints.rawValue)"
        comment +=
            result.byRules == result.byPoints ? "." : ", by the rules of 2015 \(result.byRules.rawValue.lowercased())."
        if let panel = result.panel { comment += " Thresholds of \(panel)." }
        return [
            "germlineClassificationDescription": .text(result.byPoints.rawValue),
            "dateLastEvaluated": .text(String(FHIRWriter.time(report.provenance.createdAt).prefix(10))),
            "modeOfInheritance": result.inheritanceMode.map { .text($0.name) },
            "customClassificationScore": .integer(result.points),
            "comment": .string(evidence.isEmpty ? comment : "\(comment) \(evidence)"),
        ]
    }

    private func observation() throws(Gap) -> OrderedJSON {
        guard let call = finding.allele.call else { throw Gap("nobody's genotype is known, so nobody was observed") }
        guard call.filters.isEmpty else {
            throw Gap(
                "the call was filtered (\(call.filters.joined(separator: ", "))), so it was not observed for certain")
        }
        let subject = report.subject
        let hasCase = !(subject.present.isEmpty && subject.excluded.isEmpty)
        let isAffected = !isSecondary && !subject.present.isEmpty && isCause
        let isPartial = call.share.map { $0 < 1 } ?? false
        return [
            // What only a share of the molecules has may have come up in the tissue.
            "alleleOrigin": isPartial ? "unknown" : "germline",
            "affectedStatus": isAffected ? "yes" : hasCase ? "unknown" : "not provided",
            "collectionMethod": "clinical testing", "numberOfIndividuals": .integer(1),
            "clinicalFeatures": options.includesPhenotype ? .list(features) : nil,
        ]
    }

    /// Whether the report says that this variant causes the person's disease: by its class, and by how the disease is inherited.
    private var isCause: Bool {
        guard report.conclusion.result == .positive else { return false }
        switch (finding.classification.byPoints, finding.inheritance.finding) {
        case (.pathogenic, let fit), (.likelyPathogenic, let fit):
            return [.dominant, .homozygous, .compoundHeterozygous, .hemizygous].contains(fit)
        default: return false
        }
    }

    private var features: [OrderedJSON] {
        let terms = report.subject.present.map { ($0, "present") } + report.subject.excluded.map { ($0, "absent") }
        return terms.filter { $0.0.id.hasPrefix("HP:") }.map { term, status in
            ["db": "HP", "id": .string(term.id), "clinicalFeaturesAffectedStatus": .text(status)]
        }
    }
}
