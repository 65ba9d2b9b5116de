/// What is told of one patient or cell line, in the order of a model's genes and features; what is not told is nil, not 0.
public struct ResponseProfile: Sendable, Hashable {
    /// Expression by gene, standardized within the sample.
    public var expression: [Double?]
    /// Mutations, copy numbers and the like, 0 or 1.
    public var features: [Double?]
    /// The tissue; nil where it is not told.
    public var tissue: String?

    /// A profile of which nothing is told.
    public init(genes: Int, features: Int) {
        expression = [Double?](repeating: nil, count: genes)
        self.features = [Double?](repeating: nil, count: features)
    }

    /// The profile of a line of tables.
    public init(_ profile: CellProfiles.Profile, genes: Int) {
        expression = profile.expression.map { $0.map { Double($0) } } ?? [Double?](repeating: nil, count: genes)
        features = profile.features.map { Double($0) }
        tissue = profile.tissue.isEmpty ? nil : profile.tissue
    }

    /// The same without the blocks that are not among these.
    func keeping(_ blocks: Set<ProfileBlock>, _ kinds: [ProfileFeature]) -> ResponseProfile {
        var kept = self
        if !blocks.contains(.expression) { kept.expression = expression.map { _ in nil } }
        if !blocks.contains(.tissue) { kept.tissue = nil }
        for (place, feature) in kinds.enumerated() where !blocks.contains(feature.block) { kept.features[place] = nil }
        return kept
    }
}

extension ProfileFeature {
    /// The block that the column belongs to.
    var block: ProfileBlock { kind == .gain || kind == .loss ? .copyNumbers : .mutations }
}
