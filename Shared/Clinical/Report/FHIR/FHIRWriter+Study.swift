/// How it was done: the GenomicStudy with its analysis, the software, the file of calls, and what all of it rests on.
extension FHIRWriter {
    mutating func addStudy() {
        let provenance = report.provenance
        add(
            "Device", "software", narrative: "Software: Helicase, \(provenance.software).",
            [
                "deviceName": [["name": "Helicase", "type": "user-friendly-name"]],
                "type": FHIRCoding(.snomed, "706687001", "Software (physical object)").concept,
                "version": OrderedJSON.string(provenance.software).map { [["value": $0]] },
            ])
        addCalls(provenance.calls)
        addAnalysis()
        let performed = OrderedJSON.text(Self.time(provenance.createdAt))
        add(
            "Procedure", "study", profile: "genomic-study",
            narrative: "Genetic variants of sample \(report.subject.sample). \(countText)",
            [
                "extension": [
                    Self.extended("genomic-study-analysis-ext", "Reference", reference("analysis")),
                    Self.extended("genomic-study-referrer-ext", "Reference", orderer),
                ], "basedOn": hasRequest ? [reference("request")] : nil, "status": "completed",
                "category": FHIRCoding(.category, "laboratory", "Laboratory").concept,
                "code": FHIRCoding.text(report.laboratory?.test), "subject": reference("patient"),
                "performedDateTime": performed, "asserter": director,
                "reasonReference": .list(phenotype.filter(\.isPresent).map { reference($0.key) }),
                "note": [Self.note(countText)],
            ])
    }

    private mutating func addCalls(_ calls: ClinicalReport.Source) {
        add(
            "DocumentReference", "calls", profile: "genomic-data-file", narrative: "The calls: \(calls.label).",
            [
                "identifier": Self.identifier(ofDigest: calls.digest).map { [$0] },
                "status": "current", "subject": reference("patient"),
                "description": "The file of calls, or the run that made them.",
                "content": [
                    [
                        "attachment": [
                            "contentType": calls.name.hasSuffix(".gz") ? "application/gzip" : nil,
                            "title": .string(calls.label) ?? "calls",
                        ]
                    ]
                ],
            ])
    }

    /// `Identifier` of a file by its SHA-256; nil where that was not taken.
    private static func identifier(ofDigest digest: String) -> OrderedJSON? {
        digest.isEmpty ? nil : ["value": .string("sha256:\(digest)")]
    }

    private mutating func addAnalysis() {
        let name = report.provenance.calls.name
        let isVCF = name.hasSuffix(".vcf") || name.hasSuffix(".vcf.gz")
        let isSequenced = findings.contains { $0.finding.allele.call?.depth != nil || $0.finding.reads != nil }
        let build =
            build.flatMap { FHIRCoding.assembly($0).concept } ?? FHIRCoding.text(report.provenance.reference.label)
        let extensions = [
            Self.extended(
                "genomic-study-analysis-method-type", "CodeableConcept",
                isSequenced
                    ? FHIRCoding(
                        .studyMethod, "ngs-mps", "Next-Generation (NGS)/Massively parallel sequencing (MPS)"
                    ).concept
                    : nil), Self.extended("genomic-study-analysis-genome-build", "CodeableConcept", build),
            Self.extended(
                "genomic-study-analysis-title", "String", "Annotation, classification and interpretation of variants"),
            Self.extended("genomic-study-analysis-specimen", "Reference", reference("specimen")), metrics, regions,
            Self.extended(
                "genomic-study-analysis-device",
                [
                    Self.part("device", "Reference", reference("software")),
                    Self.part("function", "CodeableConcept", FHIRCoding.text("Interpretation of variants")),
                ]),
            Self.extended(
                "genomic-study-analysis-input",
                [
                    Self.part("file", "Reference", reference("calls")),
                    Self.part(
                        "type", "CodeableConcept", isVCF ? FHIRCoding(.dataFormat, "vcf", "VCF").concept : nil),
                ]),
        ]
        let methods = report.methods.map(\.text)
        add(
            "Procedure", "analysis", profile: "genomic-study-analysis",
            narrative: methods.isEmpty ? "The analysis of the calls." : methods.joined(separator: "\n"),
            [
                "extension": .list(extensions.compactMap { $0 }), "status": "completed",
                "category": FHIRCoding(.category, "laboratory", "Laboratory").concept, "subject": reference("patient"),
                "performedDateTime": .text(Self.time(report.provenance.createdAt)),
                "performer": [["actor": reference("software")]],
                "note": .list(methods.compactMap { Self.note($0) }),
            ])
    }

    /// How much of the genes that were asked about could be called, in percent.
    private var metrics: OrderedJSON? {
        let bases = report.coverage.reduce(0.0) { $0 + Double(max(0, $1.bases)) }
        guard bases > 0 else { return nil }
        let share = report.coverage.reduce(0.0) { $0 + Double(max(0, $1.callable)) } / bases * 100
        return Self.extended(
            "genomic-study-analysis-metrics",
            [
                Self.part(
                    "sequencing-coverage", "Quantity",
                    OrderedJSON.decimal((share * 1000).rounded() / 1000).map {
                        ["value": $0, "unit": "%", "system": .text(FHIRCoding.System.ucum.rawValue), "code": "%"]
                    }),
                Self.part(
                    "metrics-description", "String",
                    "The share of coding bases of the genes asked about at which a variant would have been called"),
            ])
    }

    /// The genes that were asked about, those that could be called throughout, and those that could not.
    private var regions: OrderedJSON? {
        let coverage = report.coverage
        var parts = coverage.map { Self.part("studied", "CodeableConcept", gene($0.gene)) }
        for item in coverage where item.bases > 0 && item.callable >= item.bases {
            parts.append(Self.part("called", "CodeableConcept", gene(item.gene)))
        }
        for item in coverage where item.bases <= 0 || item.callable < item.bases {
            let words = "\(item.gene): \(item.callable) of \(item.bases) bases could have been called"
            parts.append(
                Self.part(
                    "uncalled", "CodeableConcept",
                    FHIRCoding.concept(geneIDs[item.gene].map { FHIRCoding(.hgnc, $0, item.gene) }, text: words)))
        }
        guard !parts.isEmpty else { return nil }
        let words =
            "Coding exons of the chosen transcripts of \(coverage.count) \(coverage.count == 1 ? "gene" : "genes")"
        return Self.extended(
            "genomic-study-analysis-regions", [Self.part("description", "String", .text(words))] + parts)
    }

    /// How alleles became findings.
    private var countText: String {
        let absent = report.counts.absent.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
        return
            "\(report.counts.alleles) called alleles; no findings: \(absent.isEmpty ? "none" : absent.joined(separator: ", "))."
    }

    /// What the report rests on: the reference, the calls, knowledge bases and networks, with their digests.
    mutating func addProvenance() {
        let provenance = report.provenance
        let sources = [provenance.reference, provenance.calls] + provenance.knowledge + provenance.models
        let entities = sources.map { source -> OrderedJSON in
            let licence = source.licence.map { " (\($0))" } ?? ""
            return [
                "role": "source",
                "what": [
                    "identifier": Self.identifier(ofDigest: source.digest),
                    "display": .string(source.label + licence) ?? "a file without a name",
                ],
            ]
        }
        add(
            "Provenance", "provenance", narrative: "Made from \(sources.map(\.label).joined(separator: ", ")).",
            [
                "target": [reference("report")], "recorded": .text(Self.time(provenance.createdAt)),
                "agent": [
                    [
                        "type": FHIRCoding(.participant, "assembler", "Assembler").concept,
                        "who": reference("software"),
                        "onBehalfOf": laboratory,
                    ]
                ], "entity": .list(entities),
            ])
    }
}
