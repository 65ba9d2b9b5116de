import Clinical
import Foundation
import Genomics
import Testing

/// From a person's alleles to findings, their order, the conclusion, and what is counted and not told.
struct ClinicalReportMakerTests {
    private static func allele(
        _ gene: String, _ position: Int, zygosity: GeneVariant.Zygosity = .heterozygous, impact: String = "HIGH",
        filters: [String] = [], phase: GeneVariant.Phase? = nil
    ) -> AnnotatedAllele {
        AnnotatedAllele(
            contig: "chr1", position: position, reference: "A", alternate: "G",
            call: .init(
                genotype: zygosity == .heterozygous ? "0/1" : "1/1", zygosity: zygosity, quality: 50, depth: 30,
                depths: zygosity == .heterozygous ? [15, 15] : [0, 30], filters: filters, phase: phase),
            consequences: gene.isEmpty
                ? []
                : [
                    TranscriptConsequence(
                        gene: gene, transcript: "T", terms: ["stop_gained"], impact: impact,
                        codingName: "T:c.\(position)A>G")
                ])
    }

    /// A class by the allele's position: below 100 pathogenic, below 200 uncertain, else benign; inheritance by the gene's first letter.
    private static func judge(
        _ allele: AnnotatedAllele, _ family: FamilyEvidence?
    ) -> (Classification, PathogenicityScore?) {
        let met: [Criterion: Strength] =
            switch allele.position {
            case ..<100: [.pvs1: .veryStrong, .pm2: .moderate]
            case ..<200: [.pm2: .supporting]
            default: [.ba1: .standAlone]
            }
        let criteria = Criterion.allCases.map { criterion -> CriterionAssessment in
            met[criterion].map { .met(MetCriterion(criterion, $0), "so", sources: ["clinvar@1"]) }
                ?? .notEvaluable(criterion, "not asked")
        }
        let gene = allele.chosen?.gene ?? ""
        return (Classification(criteria, gene: gene, inheritance: [gene.hasPrefix("R") ? "AR" : "AD"]), nil)
    }

    private static func report(
        _ alleles: [AnnotatedAllele], _ question: ClinicalQuestion = ClinicalQuestion(asksAboutAllGenes: true)
    ) throws -> ClinicalReport {
        var maker = ClinicalReportMaker(
            question, sample: "S", reference: nil, ranker: nil, actionable: try .bundled(), judge: judge)
        for allele in alleles { try maker.add(allele) }
        return try maker.report(
            provenance: .init(
                software: "1", createdAt: Date(timeIntervalSince1970: 0), reference: .init(name: "R.fa"),
                calls: .init(name: "S.vcf.gz"), knowledge: [.init(name: "clinvar", version: "1", digest: "ab")]))
    }

    @Test("Every allele is a finding or counted with its reason")
    func counts() throws {
        let report = try Self.report([
            Self.allele("D1", 10), Self.allele("D1", 20, filters: ["LowQual"]), Self.allele("", 30),
            Self.allele("D2", 250), Self.allele("D2", 150, impact: "MODIFIER"), Self.allele("R1", 160),
        ])
        #expect(report.findings.map(\.id) == ["finding.1"])
        #expect(
            report.counts.absent == [
                "filtered": 1, "intergenic": 1, "benign": 1, "uncertain, outside of protein and splice sites": 1,
                "uncertain, one of the two that a recessive disease needs": 1,
            ])
        #expect(report.counts.alleles == report.findings.count + report.counts.absent.values.reduce(0, +))
        #expect(report.conclusion.result == .positive && report.conclusion.headline.contains("D1"))
    }

    @Test("Only genes that the question concerns are told; without a question none is")
    func questions() throws {
        let alleles = [Self.allele("D1", 10), Self.allele("D2", 20)]
        let one = try Self.report(alleles, ClinicalQuestion(genes: ["D2"]))
        #expect(one.findings.map(\.gene) == ["D2"] && one.counts.absent == ["not asked for": 1])
        let none = try Self.report(alleles, ClinicalQuestion())
        #expect(none.findings.isEmpty && none.conclusion.headline.contains("no question was asked"))
    }

    @Test("Secondary findings need consent, and the list's rules")
    func secondary() throws {
        let alleles = [Self.allele("BRCA1", 10), Self.allele("ZZZ", 20)]
        #expect(try Self.report(alleles, ClinicalQuestion(genes: ["D1"])).secondary == nil)
        let report = try Self.report(alleles, ClinicalQuestion(genes: ["D1"], consentsToSecondaryFindings: true))
        #expect(report.secondary?.map(\.gene) == ["BRCA1"] && report.findings.isEmpty)
        #expect(report.secondary?.first?.id == "secondary.1" && report.counts.absent == ["not asked for": 1])
    }

    @Test("A recessive disease needs two alleles: apart, perhaps apart, on one chromosome, or one alone")
    func recessive() throws {
        func fit(_ one: GeneVariant.Phase?, _ other: GeneVariant.Phase?) throws -> ClinicalReport {
            try Self.report([Self.allele("R1", 10, phase: one), Self.allele("R1", 20, phase: other)])
        }
        let (a, b) = (GeneVariant.Phase(set: "1", haplotype: 0), GeneVariant.Phase(set: "1", haplotype: 1))
        let apart = try fit(a, b)
        #expect(apart.conclusion.result == .positive)
        #expect(apart.findings.allSatisfy { $0.inheritance.finding == .compoundHeterozygous && $0.isExplanation })
        let open = try fit(nil, nil)
        #expect(open.conclusion.result == .inconclusive)
        #expect(open.findings.allSatisfy { $0.ambiguities.contains { $0.contains("different chromosomes") } })
        #expect(open.conclusion.next.contains { $0.text == "Test the parents for the variants in R1." })
        #expect(try fit(a, a).findings.allSatisfy { $0.inheritance.finding == .carrier })
        let alone = try Self.report([Self.allele("R1", 10)])
        #expect(alone.conclusion.result == .inconclusive && alone.findings.first?.inheritance.finding == .carrier)
        let homozygous = try Self.report([Self.allele("R1", 10, zygosity: .homozygous)])
        #expect(
            homozygous.findings.first?.inheritance.finding == .homozygous && homozygous.conclusion.result == .positive)
    }

    @Test("An allele that is benign beside another one of its gene is counted, and no finding")
    func benignTogether() throws {
        var maker = ClinicalReportMaker(
            ClinicalQuestion(asksAboutAllGenes: true), sample: "S", reference: nil, ranker: nil,
            actionable: try .bundled()
        ) { allele, family in
            guard allele.position == 150, family?.companions?.isEmpty == false else { return Self.judge(allele, nil) }
            return Self.judge(Self.allele("D1", 250), nil)
        }
        for position in [10, 150] { try maker.add(Self.allele("D1", position)) }
        let report = try maker.report(
            provenance: .init(
                software: "1", createdAt: Date(timeIntervalSince1970: 0), reference: .init(name: "R.fa"),
                calls: .init(name: "S.vcf.gz")))
        #expect(report.findings.map(\.allele.position) == [10] && report.counts.absent == ["benign": 1])
    }

    @Test("Findings stand by class, then by whether they explain a disease")
    func order() throws {
        let report = try Self.report([
            Self.allele("D3", 150), Self.allele("R1", 5), Self.allele("D1", 20), Self.allele("D2", 10),
        ])
        #expect(report.findings.map(\.gene) == ["D1", "D2", "R1", "D3"])
    }

    @Test("A report differs from another where a person is told otherwise, and not by versions alone")
    func differences() throws {
        let old = try Self.report([Self.allele("D1", 150), Self.allele("D2", 20)])
        var same = old
        same.provenance.knowledge[0].version = "2"
        let nothing = ReportDifference(from: old, to: same)
        #expect(nothing.isEmpty && nothing.provenance == ["clinvar@1 → clinvar@2"])
        let new = try Self.report([Self.allele("D2", 20), Self.allele("D4", 30)])
        let difference = ReportDifference(from: old, to: new)
        #expect(difference.changes.map(\.kind) == [.conclusion, .removed, .added])
        #expect(difference.changes.last?.sources == ["clinvar@1"])
        var judged = old
        judged.findings[0].classification.criteria[0] = .notMet(.pvs1, "not any more", sources: ["clinvar@2"])
        #expect(ReportDifference(from: old, to: judged).changes.map(\.kind) == [.criterion])
    }

    @Test("Every statement of a report has its reasons, and other ids none")
    func reasons() throws {
        let report = try Self.report([Self.allele("D1", 10)])
        for id in Reasons.ids(report) {
            let reasons = try #require(Reasons(id, of: report), "\(id)")
            #expect(!reasons.statement.isEmpty && reasons.reasons.last?.kind == .software)
        }
        let finding = try #require(Reasons("finding.1", of: report))
        #expect(finding.reasons.contains { $0.kind == .calls && $0.text.contains("15 reads of the allele") })
        #expect(finding.reasons.contains { $0.kind == .knowledge && $0.text.contains("clinvar@1, SHA-256 ab") })
        #expect(finding.reasons.contains { $0.kind == .rule && $0.text.contains("10 points are pathogenic") })
        #expect(Reasons("finding.1.PVS1", of: report)?.statement == "D1, PVS1: so")
        #expect(Reasons("finding.2", of: report) == nil && Reasons("finding.1.XX", of: report) == nil)
    }
}
