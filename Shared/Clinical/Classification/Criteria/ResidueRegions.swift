import Genomics

/// Residues of a protein, by regions and one by one.
struct ResidueRegions: Sendable {
    private(set) var ranges: [ClosedRange<Int>] = []

    /// No residues.
    init() {}

    /// Reads `46-48;63-69` and `12,15`; throws for what is no number.
    init(regions: String, residues: String, _ row: KnowledgeFolder.Row) throws(GenomicsError) {
        for part in regions.split(whereSeparator: { $0 == ";" || $0 == "," }) + residues.split(separator: ",") {
            let ends = part.split(separator: "-").map { Int($0) }
            guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2, first <= last else {
                throw row.refused("regions", "\"\(part)\" is no range of residues")
            }
            ranges.append(first...last)
        }
        ranges.sort { $0.lowerBound < $1.lowerBound }
    }

    var isEmpty: Bool { ranges.isEmpty }

    /// The region that has a residue.
    func range(with residue: Int) -> ClosedRange<Int>? { ranges.first { $0.contains(residue) } }

    /// Whether any of them lies at or behind a residue.
    func reaches(_ residue: Int) -> Bool { ranges.contains { $0.upperBound >= residue } }

    /// Whether any of them has a residue of a range.
    func overlaps(_ residues: ClosedRange<Int>) -> Bool { ranges.contains { $0.overlaps(residues) } }
}

/// Residues that a panel names for PM1.
struct Hotspot: Sendable {
    /// Nil where the panel does not use PM1.
    var strength: Strength?
    var residues: ResidueRegions
    /// Only for changes that make a cysteine.
    var isForNewCysteine: Bool

    init(_ row: KnowledgeFolder.Row) throws(GenomicsError) {
        let text = try row.text("strength")
        isForNewCysteine = text == "cys_creating"
        strength =
            text == "not_applicable"
            ? nil : isForNewCysteine ? .moderate : try PanelRules.strength(text, row, "strength")
        residues = try ResidueRegions(
            regions: try row.text("regions"), residues: try row.text("residues"), row)
    }
}

/// What a panel says of in-frame changes in parts of a protein, for PM4.
struct LengthRules: Sendable {
    /// Regions with their strength, the strongest first.
    private(set) var regions: [(strength: Strength, residues: ResidueRegions)] = []
    /// Repeats and the like, where PM4 does not count.
    private(set) var denied = ResidueRegions()
    /// Outside of the regions: a strength, or nil for not met.
    private(set) var elsewhere: Strength?
    private(set) var hasRegions = false
    /// Of stop codons that are lost; outer nil where the panel says nothing, inner nil where it does not use PM4 for them.
    private(set) var stopLoss: Strength??

    mutating func add(_ row: KnowledgeFolder.Row) throws(GenomicsError) {
        let kind = try row.text("strength")
        let (regions, residues) = (try row.text("regions"), try row.text("residues"))
        func strength(_ text: String) throws(GenomicsError) -> Strength? {
            text == "not_met" || text == "not_applicable" ? nil : try PanelRules.strength(text, row, "regions")
        }
        switch kind {
        case "deny": denied = try ResidueRegions(regions: regions, residues: residues, row)
        case "region_default":
            hasRegions = true
            elsewhere = try strength(regions)
        case "stoploss": stopLoss = .some(try strength(regions))
        case "strong", "moderate", "supporting":
            hasRegions = true
            self.regions.append(
                (
                    try PanelRules.strength(kind, row, "strength"),
                    try ResidueRegions(regions: regions, residues: residues, row)
                ))
            self.regions.sort { $0.strength > $1.strength }
        // Conservation, the content of deletions and exclusions need what is not in a file of calls.
        default: break
        }
    }

    /// Whether nothing is said of any residue.
    var isEmpty: Bool { denied.isEmpty && !hasRegions }

    /// The strength in a range of residues; outer nil where the panel says nothing, inner nil where PM4 does not count there.
    func strength(of residues: ClosedRange<Int>) -> Strength?? {
        if denied.overlaps(residues) { return .some(nil) }
        if let found = regions.first(where: { $0.residues.overlaps(residues) }) { return .some(found.strength) }
        return hasRegions ? .some(elsewhere) : nil
    }
}
