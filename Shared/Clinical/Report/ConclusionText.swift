/// The first page in plain words: the result, what it means, what to do next, how sure it is.
struct ConclusionText {
    private let report: ClinicalReport
    private let question: ClinicalQuestion

    init(_ report: ClinicalReport, _ question: ClinicalQuestion) {
        self.report = report
        self.question = question
    }

    var conclusion: ClinicalReport.Conclusion {
        let result = result
        return ClinicalReport.Conclusion(
            result: result, headline: headline(result), meaning: numbered("meaning", meaning(result)),
            next: numbered("next", next(result)), certainty: numbered("certainty", certainty))
    }

    /// Findings whose alleles explain a disease by themselves: all of them (likely) pathogenic, in the copies that it takes.
    private var explaining: [Finding] { report.findings.filter(\.isExplanation) }

    private var result: ClinicalReport.Conclusion.Result {
        if !explaining.isEmpty { return .positive }
        return report.findings.isEmpty ? .negative : .inconclusive
    }

    private func headline(_ result: ClinicalReport.Conclusion.Result) -> String {
        switch result {
        case .positive:
            let genes = Self.list(Self.distinct(explaining.map(\.gene)))
            return "A genetic cause was found: \(explaining.count == 1 ? "a variant" : "variants") in \(genes)."
        case .inconclusive:
            let genes = Self.list(Self.distinct(report.findings.map(\.gene)))
            return "No certain cause was found; what was found in \(genes) may matter."
        case .negative:
            return question.isEmpty
                ? "Variants were looked at, but no question was asked: none is reported."
                : "No variant was found that answers the question."
        }
    }

    private typealias Sentence = (text: String, sources: [String])

    private func numbered(_ part: String, _ sentences: [Sentence]) -> [ClinicalReport.Statement] {
        sentences.enumerated().map { number, sentence in
            ClinicalReport.Statement(
                id: "conclusion.\(part).\(number + 1)", text: sentence.text, sources: sentence.sources)
        }
    }

    private func meaning(_ result: ClinicalReport.Conclusion.Result) -> [Sentence] {
        var sentences = (result == .positive ? explaining : report.findings).prefix(5).map(meaning(of:))
        if report.findings.count > sentences.count {
            sentences.append(
                ("All \(report.findings.count) findings are listed below, the most important first.", []))
        }
        if result == .negative, !question.isEmpty {
            sentences.append(
                (
                    "A disease with a genetic cause is less likely now, and not excluded: variants can be missed, and many "
                        + "genes are not understood.", ["calls"]
                ))
        }
        if let secondary = report.secondary, !secondary.isEmpty {
            sentences.append(
                (
                    "Beside the question, \(Count.of(secondary.count, "finding")) in \(Self.list(Self.distinct(secondary.map(\.gene)))) "
                        + "can be acted upon medically.", secondary.map(\.id)
                ))
        }
        return sentences
    }

    private func meaning(of finding: Finding) -> Sentence {
        let name = finding.allele.chosen?.codingName ?? finding.allele.name
        let isUncertain = finding.classification.byPoints == .uncertain
        let word =
            isUncertain ? "of uncertain significance" : finding.classification.byPoints.rawValue.lowercased()
        let disease = finding.disease.map { ", known for \($0.name)" } ?? ""
        let copies: String =
            switch finding.inheritance.finding {
            case .dominant: "one changed copy is enough to cause disease"
            case .homozygous: "both copies are changed"
            case .compoundHeterozygous: "each of the two copies is changed, by different variants"
            case .possiblyCompoundHeterozygous:
                "two variants were found, and it is not known whether they change both copies or one"
            case .hemizygous: "the only copy is changed"
            case .carrier: "one of two copies is changed, which does not cause a recessive disease"
            case .none: "how it is inherited does not explain a disease"
            }
        return (
            "\(finding.gene)\(disease): \(name) is \(word) (\(finding.classification.points) points); \(isUncertain ? "if it matters, " : "")\(copies).",
            [finding.id] + finding.classification.criteria.filter { $0.outcome == .met }.flatMap(\.sources).distinct
        )
    }

    private func next(_ result: ClinicalReport.Conclusion.Result) -> [Sentence] {
        var sentences: [Sentence] = []
        switch result {
        case .positive:
            sentences.append(
                (
                    "Have the variants confirmed by a second method, and refer the person to clinical genetics for counselling "
                        + "and for testing of relatives.", explaining.map(\.id)
                ))
        case .inconclusive:
            sentences.append(
                (
                    "Do not act on uncertain variants alone. Ask clinical genetics whether testing the parents, further examination "
                        + "or another method can settle them.", report.findings.map(\.id)
                ))
        case .negative where !question.isEmpty:
            sentences.append(
                (
                    "If the suspicion remains, ask clinical genetics for another test (copy numbers, repeats, RNA), and have this "
                        + "data analysed again in a year or two, when more is known.", []
                ))
        case .negative: break
        }
        let parents =
            report.family?.relatives.filter { $0.isCalled && ["father", "mother"].contains($0.relation) } ?? []
        for finding in report.findings
        where finding.inheritance.finding == .possiblyCompoundHeterozygous && parents.count < 2 {
            sentences.append(("Test the parents for the variants in \(finding.gene).", [finding.id]))
        }
        let advised = Self.distinct(report.drugs?.advice.map(\.drug) ?? [])
        if !advised.isEmpty {
            sentences.append(
                (
                    "Before prescribing \(Self.list(Array(advised.prefix(6))))\(advised.count > 6 ? " and others" : ""), read the "
                        + "section on drugs.", ["calls"]
                ))
        }
        return sentences.uniqued
    }

    private var certainty: [Sentence] {
        var sentences: [Sentence] = report.findings.prefix(10).flatMap { finding in
            finding.ambiguities.map { ("\(finding.gene): \($0)", [finding.id]) }
        }
        let gaps = report.coverage.filter { $0.callable < $0.bases }
        for gene in gaps.prefix(10) {
            sentences.append(
                (
                    "\(gene.gene) could not be seen whole: \(gene.callable) of its \(gene.bases) coding bases could have been called.",
                    ["calls"]
                ))
        }
        sentences.append((ClinicalReport.disclaimer, []))
        return sentences
    }

    private static func distinct(_ words: [String]) -> [String] { words.distinct }

    /// `A`, `A and B`, `A, B and C`.
    private static func list(_ words: [String]) -> String {
        guard let last = words.last, words.count > 1 else { return words.first ?? "" }
        return words.dropLast().joined(separator: ", ") + " and " + last
    }

    /// Numbers with their nouns.
    private enum Count {
        static func of(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
    }
}

extension Finding {
    /// Whether the person's alleles of the gene explain its disease: each (likely) pathogenic, in the copies that the disease takes.
    public var isExplanation: Bool {
        inheritance.finding.explains && !inheritance.variants.isEmpty
            && inheritance.variants.allSatisfy { $0.class == .pathogenic || $0.class == .likelyPathogenic }
    }
}

extension [String] {
    /// Each once, where it is first.
    var distinct: [String] {
        var seen: Set<String> = []
        return filter { seen.insert($0).inserted }
    }
}

extension [(text: String, sources: [String])] {
    /// Each text once.
    fileprivate var uniqued: [Element] {
        var seen: Set<String> = []
        return filter { seen.insert($0.text).inserted }
    }
}
