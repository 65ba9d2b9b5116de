import Foundation
import Hashing

@testable import Clinical

/// Reports of every kind, for tests of the forms that a report takes.
///
/// Names and numbers are of no person. All are the same for the same seed.
enum ClinicalReportExamples {
    /// A report with the name that a test or file calls it by.
    struct Example: Sendable, CustomStringConvertible {
        var name: String
        var report: ClinicalReport
        var description: String { name }
    }

    /// One of each kind, and reports of several seeds.
    static var all: [Example] {
        [
            Example(name: "positive", report: positive), Example(name: "compound", report: compoundHeterozygote),
            Example(name: "inconclusive", report: inconclusive), Example(name: "negative", report: negative),
            Example(name: "mitochondrial", report: mitochondrial), Example(name: "bare", report: bare),
            Example(name: "hostile", report: hostile),
        ]
            + (1...12).map { seed in
                Example(name: "seed-\(seed)", report: random(seed: UInt64(seed), findings: (seed * 5) % 13))
            }
    }

    /// A dominant disease by a premature stop codon, a drug that needs another dose, and a secondary finding.
    static var positive: ClinicalReport {
        var maker = ExampleMaker(seed: 1)
        let finding = maker.finding("finding.1", .brca1)
        let other = maker.finding("finding.2", .myh7)
        var report = maker.report(
            [finding, other], .positive, "A variant in BRCA1 causes a hereditary risk of cancer.")
        report.conclusion.meaning = [
            ClinicalReport.Statement(
                id: "conclusion.meaning.1",
                text:
                    "One copy of the gene BRCA1 makes no working protein. People with such a variant have a high risk of breast "
                    + "and ovarian cancer.", sources: ["finding.1", "clinvar@2026-11"]),
            ClinicalReport.Statement(
                id: "conclusion.meaning.2",
                text: "Each child of this person has the variant with a probability of one half.",
                sources: ["finding.1"]),
        ]
        report.conclusion.next = [
            ClinicalReport.Statement(
                id: "conclusion.next.1",
                text: "Confirm the variant by another method before anything is decided on it.",
                sources: ["finding.1"]),
            ClinicalReport.Statement(
                id: "conclusion.next.2", text: "Refer to genetic counselling; offer testing to relatives.",
                sources: ["finding.1"]),
        ]
        report.secondary = [maker.finding("secondary.1", .ldlr)]
        report.drugs = maker.drugs()
        report.diagnosis = maker.ranking(first: .brca1)
        report.laboratory = maker.laboratory()
        return report
    }

    /// Two alleles of a recessive disease on different chromosomes.
    static var compoundHeterozygote: ClinicalReport {
        var maker = ExampleMaker(seed: 2)
        var report = maker.report(
            maker.pair(isPhased: true), .positive,
            "Two variants in CFTR, one on each chromosome, cause cystic fibrosis.")
        report.diagnosis = maker.ranking(first: .cftr)
        return report
    }

    /// The same two, but nobody knows whether they are on one chromosome.
    static var inconclusive: ClinicalReport {
        var maker = ExampleMaker(seed: 3)
        var report = maker.report(
            maker.pair(isPhased: false), .inconclusive,
            "Two variants in CFTR may cause cystic fibrosis, if they lie on different chromosomes.")
        report.conclusion.certainty.append(
            ClinicalReport.Statement(
                id: "conclusion.certainty.2",
                text:
                    "Whether both CFTR variants lie on one chromosome is not known: the reads do not reach from one to the other. "
                    + "The parents' samples would tell.", sources: ["finding.1", "finding.2", "calls"]))
        report.diagnosis = maker.ranking(first: .cftr)
        return report
    }

    /// Nothing was found, and a gene was hardly seen.
    static var negative: ClinicalReport {
        var maker = ExampleMaker(seed: 4)
        var report = maker.report([], .negative, "No variant was found that explains the features that were described.")
        report.diagnosis = maker.ranking(first: .scn1a)
        report.secondary = []
        report.coverage.append(ClinicalReport.GeneCoverage(gene: "STRC", bases: 5_328, callable: 1_204))
        return report
    }

    /// A mitochondrial variant that a share of the molecules has.
    static var mitochondrial: ClinicalReport {
        var maker = ExampleMaker(seed: 5)
        return maker.report(
            [maker.finding("finding.1", .mttl1)], .positive, "A mitochondrial variant explains the features.")
    }

    /// A report in which everything is missing that can be.
    static var bare: ClinicalReport {
        ClinicalReport(
            subject: ClinicalReport.Subject(sample: "S"),
            conclusion: ClinicalReport.Conclusion(result: .negative, headline: "Nothing was found."), findings: [],
            provenance: ClinicalReport.Provenance(
                software: "helicase 0", createdAt: ExampleMaker.date, reference: ClinicalReport.Source(name: "r.fa"),
                calls: ClinicalReport.Source(name: "c.vcf")))
    }

    /// A report whose texts try to be markup, and words that no line has room for.
    static var hostile: ClinicalReport {
        var report = random(seed: 99, findings: 3)
        let markup = "</td></style><script>alert(1)</script><img src=x onerror='a(\"b\")'>&amp;\u{0}\u{202e}]]>"
        let long = String(repeating: "pneumonoultramicroscopic", count: 20)
        report.subject.sample = markup
        report.subject.present = [ClinicalReport.Term(id: "HP:\"><b>", name: markup)]
        report.conclusion.headline = markup
        report.conclusion.meaning = [ClinicalReport.Statement(id: "x\" onclick=\"y", text: long, sources: [markup])]
        report.remarks = [markup, long]
        for index in report.findings.indices {
            report.findings[index].gene = markup
            report.findings[index].disease = ClinicalReport.Term(id: "javascript:alert(1)", name: long)
            report.findings[index].ambiguities = [markup]
            report.findings[index].classification.criteria[0].reason = markup
            report.findings[index].allele.reference = String(repeating: "ACGT", count: 500)
            report.findings[index].allele.clinVar?.significance = markup
            report.findings[index].allele.consequences.first.map { first in
                var first = first
                first.codingName = "NM_1.1:c.1_2delins" + String(repeating: "ACGT", count: 300)
                first.terms = [markup]
                report.findings[index].allele.consequences[0] = first
            }
        }
        report.coverage = [ClinicalReport.GeneCoverage(gene: markup, bases: 0, callable: 0)]
        report.counts.absent = [markup: 3]
        report.provenance.knowledge.append(ClinicalReport.Source(name: markup, version: long, digest: markup))
        report.laboratory = ClinicalReport.Laboratory(name: markup, address: long, director: markup)
        return report
    }

    /// A report of random parts with as many findings.
    static func random(seed: UInt64, findings count: Int) -> ClinicalReport {
        var maker = ExampleMaker(seed: seed)
        let findings = (0..<count).map { maker.finding("finding.\($0 + 1)", maker.pick(ExampleGene.all)) }
        let result = maker.pick(ClinicalReport.Conclusion.Result.allCases)
        var report = maker.report(findings, result, "A headline for \(count) findings.")
        if maker.happens(0.5) {
            report.secondary = (0..<maker.random.index(below: 3)).map {
                maker.finding("secondary.\($0 + 1)", maker.pick(ExampleGene.all))
            }
        }
        if maker.happens(0.6) { report.drugs = maker.drugs() }
        if maker.happens(0.6) { report.diagnosis = maker.ranking(first: maker.pick(ExampleGene.all)) }
        if maker.happens(0.5) { report.laboratory = maker.laboratory() }
        if maker.happens(0.3) { report.coverage = [] }
        if maker.happens(0.3) { report.risk = [] }
        return report
    }
}
