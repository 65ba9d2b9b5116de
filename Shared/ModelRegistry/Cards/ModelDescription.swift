import Foundation
import Storage

/// What a model is for, in the words of those who answer for it.
public struct ModelDescription: Sendable, Codable, Hashable {
    /// What it does, in a sentence or two.
    public var summary: String
    /// What it may be used for.
    public var intendedUse: [String]?
    /// What it must not be used for.
    public var outOfScope: [String]?
    /// What is known to be weak.
    public var limits: [String]?
    /// Whom to ask.
    public var contact: String?

    /// Describes a model.
    public init(
        summary: String, intendedUse: [String]? = nil, outOfScope: [String]? = nil, limits: [String]? = nil,
        contact: String? = nil
    ) {
        self.summary = summary
        self.intendedUse = intendedUse
        self.outOfScope = outOfScope
        self.limits = limits
        self.contact = contact
    }
}

extension ModelRegistry {
    /// Describes a model anew; earlier descriptions stay in the table.
    public func describe(_ name: String, as description: ModelDescription, actor: String) async throws {
        let document = try JSON(encoding: description)
        try await database.execute(
            "INSERT INTO model_descriptions (name, description, actor) VALUES (\(name), \(document), \(actor))")
    }

    /// How a model is described now; nil where nobody has done so.
    public func description(of name: String) async throws -> ModelDescription? {
        try await database.query(
            "SELECT description FROM model_descriptions WHERE name = \(name) ORDER BY description_id DESC LIMIT 1"
        ).first?.decode("description", as: JSON.self).decode()
    }
}
