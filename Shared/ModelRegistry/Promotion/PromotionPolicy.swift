import Audit
import Foundation
import Storage

/// One rule of a model's promotion policy: what a version must show on an evaluation set before it goes into production.
public struct PromotionPolicy: Sendable, Codable, Hashable {
    /// The evaluation set.
    public var set: String
    /// The metric.
    public var metric: String
    /// Which values of it are better.
    public var direction: EvaluationMetric.Direction
    /// The worst value that is good enough.
    public var required: Double?
    /// How much worse than the version in production it may be, at the lower bound of the paired bootstrap.
    public var margin: Double?
    /// Who made the rule.
    public var actor: String
    /// Why.
    public var reason: String
    /// Since when it is in force.
    public var createdAt: Date

    /// What it asks for, as the end of a sentence.
    public var sentence: String {
        let bound = required.map { "of \(direction == .higher ? "at least" : "at most") \($0)" }
        let comparison = margin.map { "not worse than production's by more than \($0)" }
        return "\(metric) on \(set) " + [bound, comparison].compactMap { $0 }.joined(separator: " and ")
    }
}

extension ModelRegistry {
    /// Makes a rule of a model's policy, in place of one for the same set and metric.
    ///
    /// A rule must require a value, or allow a margin against production, or both.
    public func setPolicy(
        of name: String, set: String, metric: String, required: Double?, margin: Double?, actor: String, reason: String
    ) async throws -> PromotionPolicy {
        guard required != nil || margin != nil else {
            throw RegistryError("the rule says nothing: it needs a required value, or a margin against production")
        }
        guard required?.isFinite ?? true, margin.map({ $0.isFinite && $0 >= 0 }) ?? true else {
            throw RegistryError("a required value is a number, and a margin is a number from 0 on")
        }
        return try await database.transaction { connection in
            // Promotions take their turn: a rule is in force for all that begin after it.
            try await Self.lock(connection)
            let kind = try await Self.evaluationSet(set, on: connection).kind
            let direction = try EvaluationMetric.named(metric, for: kind).direction
            try await Self.close(name, set, metric, actor: actor, on: connection)
            let rows = try await connection.query(
                """
                INSERT INTO promotion_policies (name, set_name, metric, direction, required, margin, actor, reason)
                VALUES (\(name), \(set), \(metric), \(direction.rawValue), \(required), \(margin), \(actor), \(reason))
                RETURNING set_name, metric, direction, required, margin, actor, reason, created_at
                """)
            try await AuditChain.append(
                act: "policy.set", subject: name,
                details: [
                    "set": set, "metric": metric, "required": required.map { "\($0)" } ?? "none",
                    "margin": margin.map { "\($0)" } ?? "none", "reason": reason,
                ], actor: actor, on: connection)
            return try Self.policy(rows[0])
        }
    }

    /// Ends a rule; it stays in the table with who ended it.
    public func removePolicy(of name: String, set: String, metric: String, actor: String) async throws {
        try await database.transaction { connection in
            try await Self.lock(connection)
            guard try await Self.close(name, set, metric, actor: actor, on: connection) == 1 else {
                throw RegistryError(
                    "\(name) has no rule for \(metric) on \(set); `helicase models policy show \(name)`")
            }
            try await AuditChain.append(
                act: "policy.remove", subject: name, details: ["set": set, "metric": metric], actor: actor,
                on: connection)
        }
    }

    /// The rules that are in force for a model.
    public func policies(of name: String) async throws -> [PromotionPolicy] {
        try await database.withConnection { try await Self.policies(of: name, on: $0) }
    }

    static func policies(of name: String, on connection: Connection) async throws -> [PromotionPolicy] {
        try await connection.query(
            """
            SELECT set_name, metric, direction, required, margin, actor, reason, created_at FROM promotion_policies
            WHERE name = \(name) AND removed_at IS NULL ORDER BY set_name, metric
            """
        ).map(policy)
    }

    @discardableResult
    private static func close(
        _ name: String, _ set: String, _ metric: String, actor: String, on connection: Connection
    ) async throws -> Int {
        try await connection.execute(
            """
            UPDATE promotion_policies SET removed_at = clock_timestamp(), removed_by = \(actor)
            WHERE name = \(name) AND set_name = \(set) AND metric = \(metric) AND removed_at IS NULL
            """)
    }

    private static func policy(_ row: Row) throws -> PromotionPolicy {
        PromotionPolicy(
            set: try row.decode("set_name"), metric: try row.decode("metric"),
            direction: EvaluationMetric.Direction(rawValue: try row.decode("direction")) ?? .higher,
            required: try row.decode("required"), margin: try row.decode("margin"), actor: try row.decode("actor"),
            reason: try row.decode("reason"), createdAt: try row.decode("created_at"))
    }
}
