import Annotation
import Genomics

/// Findings: each is a Variant, what it does to its transcript (MolecularConsequence), and what it means (DiagnosticImplication).
extension FHIRWriter {
    mutating func addFindings() {
        for (finding, isSecondary) in findings {
            addVariant(finding, isSecondary)
            addConsequence(finding, isSecondary)
            addImplication(finding, isSecondary)
        }
        for pair in pairs { addPhase(pair) }
    }

    /// All findings in the order of the report, with whether the question did not ask for them.
    var findings: [(finding: Finding, isSecondary: Bool)] {
        report.findings.map { ($0, false) } + (report.secondary ?? []).map { ($0, true) }
    }

    /// The keys of the resources of a finding.
    static func keys(of finding: Finding) -> [String] {
        ["variant.", finding.allele.chosen == nil ? nil : "consequence.", "implication."].compactMap { prefix in
            prefix.map { $0 + finding.id }
        }
    }

    private mutating func addVariant(_ finding: Finding, _ isSecondary: Bool) {
        let (allele, call) = (finding.allele, finding.allele.call)
        let isMitochondrial = MitochondrialContig.isNamed(allele.contig)
        let chosen = allele.chosen
        let coding = chosen?.codingName.flatMap { $0.contains(":c.") ? $0 : nil }
        let sequence = finding.genomicName.flatMap(Self.accession)
        let reads = call?.depths.flatMap { $0.count > 1 ? $0[1] : nil }
        let state = call.map { FHIRCoding.allelicState($0.zygosity, isMitochondrial: isMitochondrial).concept }
        var range: OrderedJSON = ["low": ["value": .integer(allele.position)]]
        if allele.reference.utf8.count > 1 {
            let end = allele.position.addingReportingOverflow(allele.reference.utf8.count - 1)
            range = ["low": ["value": .integer(allele.position)], "high": ["value": .integer(end.partialValue)]]
        }
        let identifiers = [
            allele.clinVar.flatMap { FHIRCoding(.clinVar, $0.id).concept }, FHIRCoding.text(finding.vrs),
        ]
        let components: [OrderedJSON?] = [
            Self.component(.geneStudied, "CodeableConcept", gene(finding.gene)),
            Self.component(.assembly, "CodeableConcept", assembly(of: sequence)),
            Self.component(.chromosome, "CodeableConcept", FHIRCoding.chromosome(allele.contig)?.concept),
            Self.component(
                .genomicName, "CodeableConcept", finding.genomicName.flatMap { FHIRCoding.hgvs($0).concept }),
            Self.component(.genomicSequence, "CodeableConcept", Self.sequence(sequence)),
            Self.component(.codingName, "CodeableConcept", coding.flatMap { FHIRCoding.hgvs($0).concept }),
            Self.component(.transcript, "CodeableConcept", Self.sequence(chosen?.transcript)),
            Self.component(
                .proteinName, "CodeableConcept", chosen?.proteinName.flatMap { FHIRCoding.hgvs($0).concept }),
            Self.component(
                .proteinSequence, "CodeableConcept", Self.sequence(chosen?.proteinName.flatMap(Self.accession))),
            Self.component(.place, "Range", range),
            Self.component(
                .coordinates, "CodeableConcept",
                FHIRCoding.answer("LA30102-0", "1-based character counting").concept),
            Self.component(.reference, "String", .string(allele.reference)),
            Self.component(.alternate, "String", .string(allele.alternate)),
            Self.component(
                .change, "CodeableConcept",
                FHIRCoding.change(reference: allele.reference, alternate: allele.alternate)?.concept),
            Self.component(
                .origin, "CodeableConcept", FHIRCoding.answer("LA6683-2", "Germline").concept),
            Self.component(.alleleShare, "Quantity", Self.share(call).flatMap { Self.quantity($0) }),
            Self.component(.alleleReads, "Quantity", reads.flatMap { Self.quantity(Double($0)) }),
            Self.component(.allelicState, "CodeableConcept", state ?? nil),
        ]
        add(
            Observation(
                profile: "variant", code: FHIRCoding(.loinc, "69548-6", "Genetic variant assessment"),
                narrative: "\(finding.gene) \(Self.name(of: finding)): \(Self.callText(call)).",
                isSecondary: isSecondary,
                value: call == nil ? nil : FHIRCoding.answer("LA9633-4", "Present").concept,
                absence: call == nil ? FHIRCoding(.absence, "unknown", "Unknown").concept : nil,
                method: call?.depth == nil && finding.reads == nil ? nil : .answer("LA26398-0", "Sequencing"),
                components: components + identifiers.map { Self.component(.variation, "CodeableConcept", $0) },
                notes: [Self.callText(call)] + Self.readText(finding.reads) + Self.frequencyTexts(allele)),
            "variant.\(finding.id)")
    }

    private mutating func addConsequence(_ finding: Finding, _ isSecondary: Bool) {
        guard let chosen = finding.allele.chosen else { return }
        let coding = chosen.codingName.flatMap { $0.contains(":c.") ? $0 : nil }
        let terms = chosen.terms.map { term in
            Self.component(
                .consequence, "CodeableConcept", FHIRCoding.concept(FHIRCoding.consequence(term), text: term))
        }
        let words = Self.consequenceText(chosen)
        add(
            Observation(
                profile: "molecular-consequence",
                code: FHIRCoding(.undetermined, "molecular-consequence", "Molecular Consequence"), narrative: words,
                isSecondary: isSecondary, derivedFrom: ["variant.\(finding.id)"],
                components: terms + [
                    Self.component(.codingName, "CodeableConcept", coding.flatMap { FHIRCoding.hgvs($0).concept }),
                    Self.component(.transcript, "CodeableConcept", Self.sequence(chosen.transcript)),
                    Self.component(
                        .proteinName, "CodeableConcept", chosen.proteinName.flatMap { FHIRCoding.hgvs($0).concept }),
                    Self.component(
                        .proteinSequence, "CodeableConcept",
                        Self.sequence(chosen.proteinName.flatMap(Self.accession))),
                    Self.component(.conclusion, "String", .string(words)),
                ]), "consequence.\(finding.id)")
    }

    /// The assembly that positions are counted in: what the accession says, else what the reference's name does.
    private func assembly(of accession: String?) -> OrderedJSON? {
        let release = accession.flatMap { ChromosomeAccession.chromosome(of: $0)?.release }
        if let build = release.flatMap({ GenomeBuild(name: $0) }) ?? build { return FHIRCoding.assembly(build).concept }
        return FHIRCoding.text(report.provenance.reference.label)
    }

    /// The build that the reference's name or version says.
    var build: GenomeBuild? { Self.build(of: report.provenance.reference) }

    /// The build that a source's name or version says; nil where they name none, or two.
    static func build(of source: ClinicalReport.Source) -> GenomeBuild? {
        let words = (source.version + "/" + source.name).split { !$0.isLetter && !$0.isNumber }
        let builds = Set(words.compactMap { GenomeBuild(name: String($0)) })
        return builds.count == 1 ? builds.first : nil
    }

    /// `NM_000059.4` of `NM_000059.4:c.1A>G` and of `NP_000050.3:p.(Met1?)`.
    private static func accession(_ name: String) -> String? {
        name.firstIndex(of: ":").map { String(name[..<$0]) }
    }

    private static func sequence(_ accession: String?) -> OrderedJSON? {
        accession.flatMap { FHIRCoding.concept(FHIRCoding.accession($0), text: $0) }
    }

    /// The share of the reads, or of a mitochondrion's molecules, that have the allele.
    private static func share(_ call: AnnotatedAllele.Call?) -> Double? {
        guard let call else { return nil }
        if let share = call.share { return share }
        guard let depths = call.depths, depths.count > 1, let sum = sum(depths), sum > 0 else { return nil }
        // DP counts the reads of other alleles of the place too.
        let depth = max(call.depth ?? 0, sum)
        return (Double(depths[1]) / Double(depth) * 10_000).rounded() / 10_000
    }

    private static func sum(_ depths: [Int]) -> Int? {
        depths.reduce(0 as Int?) { sum, depth in
            guard let sum, depth >= 0 else { return nil }
            let (total, isTooLarge) = sum.addingReportingOverflow(depth)
            return isTooLarge ? nil : total
        }
    }

    private static func quantity(_ value: Double) -> OrderedJSON? {
        OrderedJSON.decimal(value).map { ["value": $0, "system": .text(FHIRCoding.System.ucum.rawValue), "code": "1"] }
    }
}
