/// The GenomicReport: what a doctor reads first, and references to everything else.
extension FHIRWriter {
    mutating func addReport() {
        let conclusion = report.conclusion
        var results: [OrderedJSON] = []
        for (finding, _) in findings {
            results += Self.keys(of: finding).map {
                reference($0, display: "\(finding.gene) \(Self.name(of: finding))")
            }
        }
        results += pairs.map { reference(Self.key(of: $0)) }
        results += drugKeys.map { reference($0) }
        add(
            "DiagnosticReport", "report", profile: "genomic-report",
            narrative: conclusionText.replacing("\n\n", with: "\n"),
            [
                "extension": .list((notes + risks + actions + [study] + familyReferences).compactMap { $0 }),
                "identifier": [["system": "urn:ietf:rfc:3986", "value": .text("urn:uuid:\(uuid("report"))")]],
                "basedOn": hasRequest ? [reference("request")] : nil, "status": .text(status.rawValue),
                "category": [FHIRCoding(.diagnosticService, "GE", "Genetics").concept],
                "code": FHIRCoding(.loinc, "51969-4", "Genetic analysis report").concept,
                "subject": reference("patient"), "effectiveDateTime": .text(effective),
                "issued": .text(Self.time(report.provenance.createdAt)), "performer": laboratory.map { [$0] },
                "resultsInterpreter": director.map { [$0] }, "specimen": [reference("specimen")],
                "result": .list(results), "conclusion": .string(conclusionText),
                "conclusionCode": [FHIRCoding.interpretation(conclusion.result).concept],
            ])
        addActions()
    }

    /// The conclusion between the sentence that every form begins and ends with.
    private var conclusionText: String {
        let conclusion = report.conclusion
        let sections = [
            ("", [conclusion.headline]), ("What it means: ", conclusion.meaning.map(\.text)),
            ("What to do next: ", conclusion.next.map(\.text)), ("How sure it is: ", conclusion.certainty.map(\.text)),
        ]
        let texts = sections.filter { !$0.1.isEmpty }.map { $0.0 + $0.1.joined(separator: " ") }
        return ([ClinicalReport.disclaimer] + texts + [ClinicalReport.disclaimer]).joined(separator: "\n\n")
    }

    private var study: OrderedJSON? { Self.extended("genomic-study-reference", "Reference", reference("study")) }

    private var risks: [OrderedJSON?] {
        report.risk.indices.map { Self.extended("genomic-risk-assessment", "Reference", reference("risk.\($0 + 1)")) }
    }

    /// Sentences with a kind: the disclaimer and the limits, the methods, and what has no element of its own.
    private var notes: [OrderedJSON?] {
        func note(_ text: String, _ kind: FHIRCoding?) -> OrderedJSON? {
            Self.extended("genomic-report-note", "Annotation", Self.note(text, kind: kind))
        }
        let disclaimer = FHIRCoding(.noteType, "test-disclaimer", "Test Disclaimer")
        let method = FHIRCoding(.noteType, "test-methodology", "Test Methodology")
        let coverage = report.coverage.filter { $0.callable < $0.bases }.map { item in
            "\(item.gene): a variant would have been called at \(item.callable) of \(item.bases) coding bases."
        }
        return ([ClinicalReport.disclaimer] + report.limits.map(\.text) + coverage).map { note($0, disclaimer) }
            + report.methods.map { note($0.text, method) }
            + (rankingTexts + drugNotes + report.remarks).map { note($0, nil) }
    }

    /// The first ten genes by phenotype; all of them are in the report itself.
    private var rankingTexts: [String] {
        guard let ranking = report.diagnosis else { return [] }
        let genes = ranking.genes.prefix(10).map { item in
            "Ranked by phenotype (\(ranking.method)) \(item.rank): \(item.gene), \(item.diseaseName) (\(item.disease)), score \(item.score)"
        }
        return genes.isEmpty ? ["No gene could be ranked by phenotype."] : Array(genes)
    }

    private var actions: [OrderedJSON?] {
        actionSources.map { Self.extended("recommended-action", "Reference", reference($0.key)) }
    }

    /// What to do next, each sentence a proposed Task.
    private var actionSources: [(key: String, statement: ClinicalReport.Statement)] {
        report.conclusion.next.filter { OrderedJSON.string($0.text) != nil }.enumerated().map { place, statement in
            ("action.\(place + 1)", statement)
        }
    }

    private mutating func addActions() {
        let implications = Dictionary(
            findings.map { ($0.finding.id, "implication.\($0.finding.id)") }, uniquingKeysWith: { first, _ in first })
        for (key, statement) in actionSources {
            let reason = statement.sources.lazy.compactMap { implications[$0] }.first
            add(
                "Task", key, profile: "followup-recommendation", narrative: statement.text,
                [
                    "status": "requested", "intent": "proposal", "description": .string(statement.text),
                    "for": reference("patient"), "authoredOn": .text(Self.time(report.provenance.createdAt)),
                    "reasonReference": reason.map { reference($0) },
                ])
        }
    }
}
