import Foundation
import NeuralNetwork

/// What there is to know of a version before using it, for people (Mitchell and others 2019).
public struct ModelCard: Sendable {
    /// The version.
    public var version: ModelRegistry.Version
    /// Its package.
    public var package: ModelPackage
    /// What the model is for, where somebody has said so.
    public var description: ModelDescription?
    /// How the version does, and on what.
    public var evaluations: [(evaluation: Evaluation, set: EvaluationSet)]
    /// What a version of the model must show before it is promoted.
    public var policies: [PromotionPolicy]
    /// What happened to the version.
    public var history: [ModelRegistry.Change]

    /// Puts a card together.
    public init(
        version: ModelRegistry.Version, package: ModelPackage, description: ModelDescription? = nil,
        evaluations: [(evaluation: Evaluation, set: EvaluationSet)] = [], policies: [PromotionPolicy] = [],
        history: [ModelRegistry.Change] = []
    ) {
        self.version = version
        self.package = package
        self.description = description
        self.evaluations = evaluations
        self.policies = policies
        self.history = history
    }

    /// Writes `card.md`, `card.html` and the plots as `.svg` files into a folder, which is made where it is missing.
    public func write(to folder: URL) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let document = document()
        func write(_ text: String, _ name: String) throws {
            try Data(text.utf8).write(to: folder.appending(path: name), options: .atomic)
        }
        for plot in document.plots { try write(plot.plot.file, plot.file) }
        try write(document.markdown, "card.md")
        try write(document.html, "card.html")
    }
}

extension ModelRegistry {
    /// The card of a version, from what the registry knows.
    public func card(of name: String, version: Int) async throws -> ModelCard {
        guard let found = try await versions(of: name).first(where: { $0.version == version }) else {
            throw Self.missing(name, version)
        }
        let sets = Dictionary(uniqueKeysWithValues: try await evaluationSets().map { ($0.name, $0) })
        return ModelCard(
            version: found, package: try await package(name, version: version),
            description: try await description(of: name),
            evaluations: try await evaluations(of: name, version: version).compactMap { evaluation in
                sets[evaluation.set].map { (evaluation, $0) }
            },
            policies: try await policies(of: name), history: try await history(of: name, version: version))
    }
}
