import Foundation
import NeuralNetwork
import Storage

/// How a version does on an evaluation set, as it is kept.
public struct Evaluation: Sendable, Codable, Hashable {
    /// The model.
    public var name: String
    /// The version.
    public var version: Int
    /// The evaluation set.
    public var set: String
    /// The digest of the set.
    public var setDigest: String
    /// Figures with their intervals, by name; a figure that is not defined on the set is missing.
    public var metrics: [String: MetricEstimate]
    /// What the plots of a model card show.
    public var figures: EvaluationFigures
    /// Who evaluated.
    public var actor: String
    /// When.
    public var at: Date
}

/// Figures of a version's predictions, before they are kept.
public struct EvaluationReport: Sendable {
    /// The predictions as services make them.
    public let examples: ScoredExamples
    /// Figures with their intervals, by name.
    public let metrics: [String: MetricEstimate]
    /// The points of plots.
    public let figures: EvaluationFigures

    /// Computes the figures; takes seconds for large sets.
    ///
    /// `uncalibrated` are the predictions of the same examples without the package's calibration, where there are such.
    public init(_ examples: ScoredExamples, uncalibrated: ScoredExamples? = nil) {
        self.examples = examples
        let measures = EvaluationMetric.all(for: examples.kind).map { ($0.name, $0.prepare(examples)) }
        metrics = MetricEstimate.bootstrap(
            count: examples.count, groups: examples.groups, Dictionary(uniqueKeysWithValues: measures))
        figures = EvaluationFigures(examples, uncalibrated: uncalibrated)
    }
}

extension ModelRegistry {
    /// Keeps an evaluation of a version.
    public func record(
        _ report: EvaluationReport, of name: String, version: Int, on set: EvaluationSet, actor: String
    ) async throws -> Evaluation {
        let (metrics, figures) = (try JSON(encoding: report.metrics), try JSON(encoding: report.figures))
        let predictions = report.examples.predictions.littleEndianBytes
        guard report.examples.count == set.examples, report.examples.kind == set.kind else {
            throw RegistryError("the predictions are not those of the examples of \(set.name)")
        }
        let rows = try await database.query(
            """
            INSERT INTO evaluations (name, version, set_name, metrics, figures, predictions, actor)
            VALUES (\(name), \(version), \(set.name), \(metrics), \(figures), \(predictions), \(actor)) RETURNING at
            """)
        return Evaluation(
            name: name, version: version, set: set.name, setDigest: set.digest, metrics: report.metrics,
            figures: report.figures, actor: actor, at: try rows[0].decode("at"))
    }

    /// The newest evaluation of a version on each set, or of every version of a model.
    public func evaluations(of name: String, version: Int? = nil) async throws -> [Evaluation] {
        try await database.query(
            """
            SELECT DISTINCT ON (e.version, e.set_name) e.name, e.version, e.set_name, s.digest, e.metrics, e.figures,
                e.actor, e.at
            FROM evaluations e JOIN evaluation_sets s ON s.name = e.set_name
            WHERE e.name = \(name) AND (\(version)::bigint IS NULL OR e.version = \(version)::bigint)
            ORDER BY e.version, e.set_name, e.evaluation_id DESC
            """
        ).map { row in
            Evaluation(
                name: try row.decode("name"), version: try row.decode("version"), set: try row.decode("set_name"),
                setDigest: try row.decode("digest"), metrics: try row.decode("metrics", as: JSON.self).decode(),
                figures: try row.decode("figures", as: JSON.self).decode(), actor: try row.decode("actor"),
                at: try row.decode("at"))
        }
    }

    /// The newest evaluation with its predictions beside the set's labels; nil where the version was not evaluated on it.
    static func scored(
        _ version: Version, on set: EvaluationSet, _ connection: Connection
    ) async throws -> (examples: ScoredExamples, metrics: [String: MetricEstimate])? {
        let rows = try await connection.query(
            """
            SELECT predictions, targets, groups, metrics FROM evaluations e JOIN evaluation_sets s ON s.name = e.set_name
            WHERE e.name = \(version.name) AND e.version = \(version.version) AND e.set_name = \(set.name)
            ORDER BY evaluation_id DESC LIMIT 1
            """)
        guard let row = rows.first else { return nil }
        let examples = try ScoredExamples(
            kind: set.kind, predictions: [Float](littleEndianBytes: row.decode("predictions")),
            targets: [Float](littleEndianBytes: row.decode("targets")),
            groups: row.decode("groups", as: [UInt8]?.self).map { [Int64](littleEndianBytes: $0) })
        return (examples, try row.decode("metrics", as: JSON.self).decode())
    }
}
