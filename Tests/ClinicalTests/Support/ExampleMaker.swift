import Foundation
import Hashing

@testable import Clinical

/// Makes the parts of the examples, each from the next random numbers.
struct ExampleMaker {
    static let date = Date(timeIntervalSince1970: 1_795_000_000)
    var random: SplitMix64

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    mutating func pick<T>(_ items: [T]) -> T { items[random.index(below: items.count)] }

    mutating func happens(_ probability: Double) -> Bool { random.uniformDouble() < probability }

    /// A report with findings, and everything that each report has.
    mutating func report(
        _ findings: [Finding], _ result: ClinicalReport.Conclusion.Result, _ headline: String
    ) -> ClinicalReport {
        func statement(_ id: String, _ text: String, _ sources: [String]) -> ClinicalReport.Statement {
            ClinicalReport.Statement(id: id, text: text, sources: sources)
        }
        let absent = ["common": 3_912_004, "benign": 81_220, "intergenic": 402_117, "filtered": 5_118]
        return ClinicalReport(
            subject: ClinicalReport.Subject(
                sample: "sample-\(random.index(below: 1000))", caseID: "case-7", sex: pick([.male, .female, .unknown]),
                years: pick([nil, 0.75, 34, 61.5]),
                present: [
                    ClinicalReport.Term(id: "HP:0001250", name: "Seizure"),
                    ClinicalReport.Term(id: "HP:0001263", name: "Global developmental delay"),
                ], excluded: [ClinicalReport.Term(id: "HP:0000252", name: "Microcephaly")]),
            conclusion: ClinicalReport.Conclusion(
                result: result, headline: headline,
                meaning: [statement("conclusion.meaning.1", "What it means, in a sentence.", ["finding.1"])],
                next: [
                    statement("conclusion.next.1", "See a clinical geneticist.", ["case"]),
                    statement("conclusion.next.2", "Look again in a year: knowledge grows.", ["clinvar@2026-11"]),
                ],
                certainty: [
                    statement(
                        "conclusion.certainty.1", "Of 100 calls of this quality one is to be expected wrong.", ["calls"]
                    )
                ]), findings: findings,
            risk: [
                ClinicalReport.RiskFinding(
                    score: "PGS000018", trait: "Coronary artery disease", value: 0.5133, matched: 1_624_019,
                    variants: 1_745_179, percentile: 83.2, interval: [79.4, 86.6]),
                ClinicalReport.RiskFinding(
                    score: "PGS000004", trait: "Breast carcinoma", value: -0.41, matched: 301, variants: 313),
            ],
            coverage: [
                ClinicalReport.GeneCoverage(gene: "BRCA1", bases: 5_592, callable: 5_592),
                ClinicalReport.GeneCoverage(gene: "CFTR", bases: 4_443, callable: 4_398),
            ],
            counts: ClinicalReport.Counts(
                alleles: absent.values.reduce(findings.count, +), absent: absent),
            methods: [
                statement(
                    "methods.1", "Short reads were aligned to GRCh38 and called by a network.", ["pileup-caller@3"]),
                statement("methods.2", "Classes follow ACMG/AMP 2015 and points.", ["clinvar@2026-11"]),
            ],
            limits: [
                statement("limits.1", "Deletions and duplications of whole exons are not looked for.", []),
                statement("limits.2", "Repeats that expand are not looked for.", []),
            ], remarks: ["HP:0009999 is no term of HPO 2026-11-01; it is not used"],
            provenance: ClinicalReport.Provenance(
                software: "helicase 0.9", createdAt: Self.date,
                reference: ClinicalReport.Source(name: "GRCh38.fa", digest: String(repeating: "ab", count: 32)),
                calls: ClinicalReport.Source(name: "calls.vcf.gz", digest: String(repeating: "cd", count: 32)),
                knowledge: [
                    ClinicalReport.Source(
                        name: "clinvar", version: "2026-11", digest: String(repeating: "01", count: 32),
                        licence: "public domain"),
                    ClinicalReport.Source(name: "gnomad", version: "4.1", digest: String(repeating: "23", count: 32)),
                ], models: [ClinicalReport.Source(name: "pathogenicity", version: "1", digest: "")]))
    }

    /// Diseases ranked, one of a gene first.
    func ranking(first gene: ExampleGene) -> PhenotypeRanking {
        func reason(_ id: String, _ name: String, _ seen: Bool, _ value: Float, _ share: Float?, _ through: String?)
            -> RankedGene.Reason
        {
            RankedGene.Reason(
                term: id, name: name, finding: seen ? .present : .excluded, contribution: value, frequency: share,
                through: through)
        }
        let others = ExampleGene.all.filter { $0.symbol != gene.symbol }
        return PhenotypeRanking(
            id: "case-7", method: "learned",
            genes: ([gene] + others).enumerated().map { rank, gene in
                let scale = 1 / Float(rank + 1)
                return RankedGene(
                    rank: rank + 1, gene: gene.symbol, disease: gene.disease.id, diseaseName: gene.disease.name,
                    score: 6 * scale, other: 0.5 * scale,
                    reasons: [
                        reason("HP:0001250", "Seizure", true, 4 * scale, 0.93, nil),
                        reason("HP:0001263", "Global developmental delay", true, 2 * scale, nil, "HP:0012758 Delay"),
                        reason("HP:0000252", "Microcephaly", false, -0.5 * scale, 0.2, nil),
                    ])
            }, remarks: [], present: 2, excluded: 1)
    }

    /// A laboratory with some of its items.
    mutating func laboratory() -> ClinicalReport.Laboratory {
        ClinicalReport.Laboratory(
            name: "Example Laboratory", address: "1 Long Street, Springfield", licence: "99D0000000",
            director: "A. Director, MD", orderedBy: happens(0.5) ? "B. Orderer, MD" : nil, patient: "P-1",
            specimen: "whole blood, EDTA", received: "2026-11-02", test: "genome")
    }
}
