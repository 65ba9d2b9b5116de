/// Why a report says what it says: a statement with everything that it rests on, down to reads, models, knowledge and rules.
public struct Reasons: Sendable, Hashable, Codable {
    /// One thing that a statement rests on.
    public struct Reason: Sendable, Hashable, Codable {
        /// What it is.
        public enum Kind: String, Sendable, Hashable, Codable {
            // The words are the documentation.
            case calls, reads, criterion, network, knowledge, model, software, phenotype, rule
        }

        /// What it is.
        public var kind: Kind
        /// It, in a sentence.
        public var text: String

        /// A reason.
        public init(_ kind: Kind, _ text: String) { (self.kind, self.text) = (kind, text) }
    }

    /// The statement's id.
    public var id: String
    /// What the report says.
    public var statement: String
    /// What it rests on, the nearest first.
    public var reasons: [Reason]

    /// The ids that ``init(_:of:)`` takes, in the order of the report.
    public static func ids(_ report: ClinicalReport) -> [String] {
        let conclusion = report.conclusion
        return (conclusion.meaning + conclusion.next + conclusion.certainty).map(\.id)
            + (report.findings + (report.secondary ?? [])).flatMap { finding in
                [finding.id] + finding.classification.criteria.map { "\(finding.id).\($0.criterion.rawValue)" }
            } + (report.diagnosis?.genes ?? []).prefix(20).map { "diagnosis.\($0.gene)" }
            + (report.drugs?.genes ?? []).map { "drugs.\($0.gene)" } + report.risk.map { "risk.\($0.score)" }
            + (report.methods + report.limits).map(\.id)
    }

    /// The reasons of a statement; nil for an id that the report does not have.
    public init?(_ id: String, of report: ClinicalReport) {
        let conclusion = report.conclusion
        let sentences =
            conclusion.meaning + conclusion.next + conclusion.certainty + report.methods + report.limits
        let findings = report.findings + (report.secondary ?? [])
        self.id = id
        if let sentence = sentences.first(where: { $0.id == id }) {
            statement = sentence.text
            reasons = sentence.sources.flatMap { source -> [Reason] in
                if let finding = findings.first(where: { $0.id == source }) { return Self.reasons(finding, report) }
                return Self.reasons(source: source, report)
            }
        } else if let finding = findings.first(where: { $0.id == id }) {
            statement =
                "\(finding.gene) \(finding.allele.chosen?.codingName ?? finding.allele.name): "
                + "\(finding.classification.byPoints.rawValue)"
            reasons = Self.reasons(finding, report)
        } else if let (finding, assessment) = Self.assessment(id, findings) {
            statement = "\(finding.gene), \(assessment.criterion.rawValue): \(assessment.reason)"
            reasons =
                [.init(.rule, "\(assessment.criterion.rawValue) of ACMG and AMP (Richards and others 2015)")]
                + assessment.sources.flatMap { Self.reasons(source: $0, report) } + Self.calls(finding)
        } else if let gene = Self.rest(of: id, behind: "diagnosis."),
            let ranked = report.diagnosis?.genes.first(where: { $0.gene == gene })
        {
            statement = "\(gene) is number \(ranked.rank) by what the person shows: \(ranked.diseaseName)"
            reasons = ranked.reasons.map {
                .init(.phenotype, "\($0.term) \($0.name), \($0.finding.rawValue): \($0.contribution)")
            }
            reasons.append(.init(.phenotype, "what no single term says: \(ranked.other)"))
            reasons += report.provenance.knowledge.map { .init(.knowledge, Self.text($0)) }
        } else if let gene = Self.rest(of: id, behind: "drugs."),
            let result = report.drugs?.genes.first(where: { $0.gene == gene })
        {
            statement = "\(gene): \(result.diplotypes.map(\.name).joined(separator: "; "))"
            reasons = result.positions.prefix(50).map { position in
                .init(.calls, "\(position.locus): \(position.call.map { "\($0)" } ?? position.reason ?? "no data")")
            }
            reasons += (report.drugs?.sources ?? []).map {
                .init(.knowledge, "\($0.file) \($0.version ?? ""), SHA-256 \($0.digest)")
            }
        } else if let score = Self.rest(of: id, behind: "risk."),
            let risk = report.risk.first(where: { $0.score == score })
        {
            let place = risk.percentile.map { ", percentile \($0) among \(risk.panel ?? "the panel")" } ?? ""
            statement = "\(score), \(risk.trait): \(risk.value)\(place)"
            reasons = [.init(.calls, "\(risk.matched) of the score's \(risk.variants) variants have a genotype")]
            reasons += [risk.source, risk.panel].compactMap { $0 }.flatMap { Self.reasons(source: $0, report) }
            if let population = risk.population {
                let share = risk.populationProbability.map { " with a probability of \($0)" } ?? ""
                reasons.append(.init(.calls, "by principal components nearest to \(population)\(share)"))
            }
        } else {
            return nil
        }
        var seen: Set<Reason> = []
        reasons = reasons.filter { seen.insert($0).inserted }
        reasons.append(.init(.software, "helicase \(report.provenance.software)"))
    }

    private static func rest(of id: String, behind prefix: String) -> String? {
        id.hasPrefix(prefix) ? String(id.dropFirst(prefix.count)) : nil
    }

    private static func assessment(_ id: String, _ findings: [Finding]) -> (Finding, CriterionAssessment)? {
        for finding in findings {
            guard let name = rest(of: id, behind: finding.id + ".") else { continue }
            if let found = finding.classification.criteria.first(where: { $0.criterion.rawValue == name }) {
                return (finding, found)
            }
        }
        return nil
    }

    private static func reasons(_ finding: Finding, _ report: ClinicalReport) -> [Reason] {
        var reasons = calls(finding)
        for item in finding.classification.criteria where item.outcome == .met {
            reasons.append(
                .init(.criterion, "\(item.criterion.rawValue), \(item.strength?.suffix ?? ""): \(item.reason)"))
        }
        reasons.append(
            .init(
                .rule,
                "\(finding.classification.points) points are \(finding.classification.byPoints.rawValue.lowercased()) (Tavtigian and "
                    + "others 2020); the rules of 2015 say \(finding.classification.byRules.rawValue.lowercased())"))
        if let score = finding.score {
            let interval = score.interval.map { "\($0)" }.joined(separator: " to ")
            reasons.append(
                .init(
                    .network,
                    "\(score.model): probability \(score.probability), likelihood ratio \(score.likelihoodRatio) (\(interval))"
                ))
        }
        if let record = finding.allele.clinVar {
            reasons.append(
                .init(
                    .knowledge,
                    "\(record.source), \(record.id.isEmpty ? "no number" : record.id): \(record.significance), \(record.stars) stars"
                ))
        }
        let sources = finding.classification.criteria.filter { $0.outcome == .met }.flatMap(\.sources).distinct
        return reasons + sources.flatMap { Self.reasons(source: $0, report) }
            + report.provenance.models.map { .init(.model, text($0)) }
    }

    /// The person's call, and the reads behind it.
    private static func calls(_ finding: Finding) -> [Reason] {
        var reasons: [Reason] = []
        if let call = finding.allele.call {
            let quality = call.quality.map { ", GQ \($0)" } ?? ""
            let depths =
                call.depths.map { ", \($0.last ?? 0) reads of the allele and \($0.first ?? 0) of the reference" } ?? ""
            reasons.append(
                .init(.calls, "\(finding.allele.name): \(call.genotype)\(quality)\(depths)"))
        }
        if let picture = finding.reads {
            reasons.append(
                .init(
                    .reads,
                    "\(picture.supporting) of \(picture.depth) reads show it: \(picture.contig):\(picture.start + 1), "
                        + "\(picture.rows.count) of them in the report's picture"))
        }
        return reasons
    }

    private static func reasons(source: String, _ report: ClinicalReport) -> [Reason] {
        let provenance = report.provenance
        if let file = provenance.knowledge.first(where: { $0.label == source || $0.name == source }) {
            return [.init(.knowledge, text(file))]
        }
        if let model = provenance.models.first(where: { $0.label == source || $0.name == source }) {
            return [.init(.model, text(model))]
        }
        switch source {
        case "calls": return [.init(.calls, text(provenance.calls))]
        case "case": return [.init(.phenotype, "the case \(report.subject.caseID ?? "")")]
        default: return [.init(.knowledge, source)]
        }
    }

    private static func text(_ source: ClinicalReport.Source) -> String {
        source.label + (source.digest.isEmpty ? "" : ", SHA-256 \(source.digest)")
            + (source.licence.map { ", licence: \($0)" } ?? "")
    }
}
