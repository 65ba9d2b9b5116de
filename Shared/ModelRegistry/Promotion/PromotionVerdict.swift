import Delivery
import Foundation
import NeuralNetwork
import Storage

/// What a model's policy says of a version: every rule with its figures.
public struct PromotionVerdict: Sendable, Codable, Hashable {
    /// A rule, and how the version stands to it.
    public struct Check: Sendable, Codable, Hashable {
        /// The evaluation set.
        public var set: String
        /// The metric.
        public var metric: String
        /// The version's figure, where it was evaluated.
        public var figure: MetricEstimate?
        /// The worst figure that is good enough, where the rule requires one.
        public var required: Double?
        /// By how much the version is better than the one in production on the same examples, where that was compared.
        public var advantage: MetricEstimate?
        /// How far below 0 the lower bound of ``advantage`` may be, where the rule has a margin.
        public var margin: Double?
        /// What is missing or not good enough; empty where the rule is met.
        public var failures: [String] = []
    }

    /// The rules in force, by set and metric.
    public var checks: [Check]

    /// Whether every rule is met.
    public var isMet: Bool { checks.allSatisfy(\.failures.isEmpty) }
    /// What is missing or not good enough, a sentence a failure.
    public var failures: [String] { checks.flatMap(\.failures) }
}

/// A version does not meet its model's policy.
public struct PromotionRefused: Error, Sendable, CustomStringConvertible {
    /// The version, `name@version`.
    public var version: String
    /// The rules and figures.
    public var verdict: PromotionVerdict

    init(version: String, verdict: PromotionVerdict?) {
        self.version = version
        self.verdict = verdict ?? PromotionVerdict(checks: [])
    }

    /// Which figure failed.
    public var description: String {
        ([
            "\(version) is not promoted, for it does not meet the policy "
                + "(an operator may promote it all the same, with --override and a --reason):"
        ] + verdict.failures.map { "  - \($0)" }).joined(separator: "\n")
    }
}

/// A version as a rule judges it.
struct JudgedVersion: Sendable {
    var label: String
    /// Its newest evaluation on the rule's set, if there is one.
    var evaluation: (examples: ScoredExamples, metrics: [String: MetricEstimate])?
}

extension PromotionPolicy {
    /// Judges a version by its evaluation, and by that of the version in production if there is one and the rule asks for it.
    ///
    /// Computes for a second or so where two versions of a large set are compared.
    func check(
        _ version: JudgedVersion, production: JudgedVersion?, kind: ScoredExamples.Kind
    ) throws -> PromotionVerdict.Check {
        var check = PromotionVerdict.Check(set: set, metric: metric, required: required, margin: margin)
        func missing(_ version: JudgedVersion) -> String {
            "\(version.label) is not evaluated on \(set): `helicase models evaluate \(version.label) --set \(set)`"
        }
        guard let (examples, metrics) = version.evaluation else {
            check.failures.append(missing(version))
            return check
        }
        guard let figure = metrics[metric] else {
            check.failures.append("\(metric) of \(version.label) is not defined on \(set)")
            return check
        }
        check.figure = figure
        if let required, direction == .higher ? figure.value < required : figure.value > required {
            let bound = direction == .higher ? "at least" : "at most"
            check.failures.append(
                "\(metric) on \(set) is \(Self.text(figure.value)), and \(bound) \(Self.text(required)) is required")
        }
        guard let margin, let production else { return check }
        guard let other = production.evaluation else {
            check.failures.append(missing(production))
            return check
        }
        check.advantage = try EvaluationMetric.named(metric, for: kind).advantage(of: examples, over: other.examples)
        let low = check.advantage?.low ?? .nan
        if !(low >= -margin) {
            check.failures.append(
                "\(metric) on \(set) may be worse than that of \(production.label): the advantage is "
                    + "\(Self.text(check.advantage?.value ?? .nan)), its lower bound \(Self.text(low)), and "
                    + "\(Self.text(-margin)) is the limit")
        }
        return check
    }

    /// Six digits, enough to see why a figure failed.
    private static func text(_ value: Double) -> String {
        value.isFinite ? String(format: "%.6g", value) : "undefined"
    }
}

extension ModelRegistry {
    /// What the policy says of a version now; nil where the model has none.
    public func verdict(on name: String, version: Int) async throws -> PromotionVerdict? {
        let found = try await versions(of: name)
        guard let chosen = found.first(where: { $0.version == version }) else { throw Self.missing(name, version) }
        return try await database.withConnection {
            try await Self.verdict(on: chosen, production: found.first { $0.state == .production }, $0)
        }
    }

    static func verdict(
        on version: Version, production: Version?, _ connection: Connection
    ) async throws -> PromotionVerdict? {
        let policies = try await policies(of: version.name, on: connection)
        if policies.isEmpty { return nil }
        var checks: [PromotionVerdict.Check] = []
        for policy in policies {
            let set = try await evaluationSet(policy.set, on: connection)
            func judged(_ version: Version) async throws -> JudgedVersion {
                JudgedVersion(label: version.label, evaluation: try await scored(version, on: set, connection))
            }
            let chosen = try await judged(version)
            let other: JudgedVersion? = if let production { try await judged(production) } else { nil }
            checks.append(
                try await BlockingWork.run { try policy.check(chosen, production: other, kind: set.kind) })
        }
        return PromotionVerdict(checks: checks)
    }
}
