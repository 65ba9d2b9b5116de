/// What findings mean, with all criteria, and how two of a gene lie to each other.
extension FHIRWriter {
    mutating func addImplication(_ finding: Finding, _ isSecondary: Bool) {
        let classification = finding.classification
        let mode = classification.inheritanceMode.map { FHIRCoding(.hpo, $0.rawValue, $0.name) }
        let inheritance = FHIRCoding.concept(mode, text: classification.inheritance.joined(separator: ", "))
        let disease = finding.disease.flatMap { FHIRCoding.concept(FHIRCoding.term($0), text: $0.name) }
        let met = classification.criteria.compactMap { item -> OrderedJSON? in
            guard let strength = item.strength else { return nil }
            let criterion = MetCriterion(item.criterion, strength)
            return Self.component(
                .evidence, "CodeableConcept",
                FHIRCoding.concept(FHIRCoding.evidence(criterion), text: Self.text(of: item)))
        }
        let stars = finding.allele.clinVar.map { record in
            Self.component(
                .evidence, "CodeableConcept",
                FHIRCoding.concept(
                    FHIRCoding.stars(record.stars),
                    text: "ClinVar (\(record.source)): \(record.significance); \(record.reviewStatus)"))
        }
        let citation = finding.allele.clinVar.flatMap { record in
            Self.citation("ClinVar, variation \(record.id)", url: Self.address(ofClinVar: record.id))
        }
        add(
            Observation(
                profile: "diagnostic-implication",
                code: FHIRCoding(.undetermined, "diagnostic-implication", "Diagnostic Implication"),
                narrative: Self.conclusion(finding), isSecondary: isSecondary, extensions: [citation],
                derivedFrom: ["variant.\(finding.id)"] + partners(of: finding).map { "variant.\($0.id)" },
                components: [
                    Self.component(
                        .significance, "CodeableConcept", FHIRCoding.significance(classification.byPoints).concept),
                    Self.component(.phenotype, "CodeableConcept", disease),
                    Self.component(.inheritance, "CodeableConcept", inheritance),
                    Self.component(.conclusion, "String", .string(Self.conclusion(finding))),
                ] + met + [stars ?? nil],
                notes: classification.criteria.filter { $0.strength == nil }.map(Self.text) + Self.scoreTexts(finding)
                    + finding.ambiguities), "implication.\(finding.id)")
    }

    /// A sentence with the class by both ways, its criteria, and how it fits the disease's inheritance.
    static func conclusion(_ finding: Finding) -> String {
        let classification = finding.classification
        let met = classification.metNames
        let points = classification.points == 1 ? "1 point" : "\(classification.points) points"
        var text = "\(finding.gene) \(name(of: finding)): \(classification.byPoints.rawValue) by points (\(points)"
        text += met.isEmpty ? ", no criterion met)" : " of \(met.joined(separator: ", ")))"
        text +=
            classification.byRules == classification.byPoints
            ? ", and by the rules of 2015." : "; by the rules of 2015 \(classification.byRules.rawValue.lowercased())."
        if let disease = finding.disease { text += " \(disease.name) (\(disease.id))." }
        text += " \(fit(finding.inheritance.finding))"
        if let panel = classification.panel { text += " Thresholds and regions: \(panel)." }
        return text
    }

    private static func fit(_ finding: InheritanceFit.Finding) -> String {
        switch finding {
        case .dominant: "One copy is enough."
        case .homozygous: "Both copies have it."
        case .compoundHeterozygous: "Two alleles of the gene are on different chromosomes."
        case .possiblyCompoundHeterozygous:
            "Two alleles of the gene are there, and it is not known whether on one chromosome."
        case .hemizygous: "The only copy has it."
        case .carrier: "One copy of a recessive disease: a carrier."
        case .none: "It fits no way in which the disease is inherited."
        }
    }

    /// `PM2_Supporting: it is in no one of 125,748 (gnomad@2.1.1)`.
    static func text(of item: CriterionAssessment) -> String {
        let name = item.strength.map { MetCriterion(item.criterion, $0).name } ?? item.criterion.rawValue
        let outcome =
            switch item.outcome {
            case .met: "met"
            case .notMet: "not met"
            case .notEvaluable: "not evaluable"
            }
        let sources = item.sources.isEmpty ? "" : " (\(item.sources.joined(separator: ", ")))"
        return "\(name), \(outcome): \(item.reason)\(sources)"
    }

    /// ClinVar's page of a variation; nil of what is no number.
    private static func address(ofClinVar id: String) -> String? {
        guard !id.isEmpty, id.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            return nil
        }
        return "https://www.ncbi.nlm.nih.gov/clinvar/variation/\(id)/"
    }

    /// The extension that names what a statement rests on.
    static func citation(_ text: String, url: String? = nil) -> OrderedJSON? {
        extended(
            "http://hl7.org/fhir/StructureDefinition/workflow-relatedArtifact", "RelatedArtifact",
            OrderedJSON.string(text).map { ["type": "citation", "citation": $0, "url": .string(url)] })
    }
}

/// Two alleles of a gene that a disease needs both of.
extension FHIRWriter {
    /// The other findings that make a finding's fit, by the names of its variants.
    private func partners(of finding: Finding) -> [Finding] {
        let names = Set(finding.inheritance.variants.map(\.name))
        guard names.count > 1 else { return [] }
        return findings.map(\.finding).filter { other in
            other.id != finding.id && other.gene == finding.gene && names.contains(other.allele.name)
        }
    }

    /// Pairs of findings, each once and in the order of the report.
    var pairs: [(one: Finding, other: Finding)] {
        var seen: Set<[String]> = []
        var pairs: [(Finding, Finding)] = []
        for (finding, _) in findings {
            for other in partners(of: finding) where seen.insert([finding.id, other.id].sorted()).inserted {
                pairs.append((finding, other))
            }
        }
        return pairs
    }

    /// The key of a pair's resource.
    static func key(of pair: (one: Finding, other: Finding)) -> String { "phase.\(pair.one.id).\(pair.other.id)" }

    mutating func addPhase(_ pair: (one: Finding, other: Finding)) {
        let (one, other) = (pair.one.allele.call?.phase, pair.other.allele.call?.phase)
        var answer = FHIRCoding(.phase, "Unknown", "Unknown")
        if let one, let other, one.set == other.set {
            answer =
                one.haplotype == other.haplotype
                ? FHIRCoding(.phase, "Cis", "Cis") : FHIRCoding(.phase, "Trans", "Trans")
        }
        add(
            Observation(
                profile: "sequence-phase-relationship", code: FHIRCoding(.loinc, "82120-7", "Allelic phase"),
                narrative:
                    "\(Self.name(of: pair.one)) and \(Self.name(of: pair.other)) in \(pair.one.gene): \(answer.code.lowercased()).",
                value: answer.concept, derivedFrom: ["variant.\(pair.one.id)", "variant.\(pair.other.id)"]),
            Self.key(of: pair))
    }
}
