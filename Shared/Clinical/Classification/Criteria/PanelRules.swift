import Genomics

/// What a ClinGen expert panel says of a gene's criteria.
struct PanelRules: Sendable {
    /// Whether a panel uses a criterion; nil where it says nothing.
    enum Use: String, Sendable {
        case applicable
        case notApplicable = "not_applicable"
    }

    /// How many people make which strength.
    struct Step: Sendable {
        var count: Int
        var strength: Strength
    }

    /// Where in introns BP7 may be met.
    enum SilentIntron: Sendable {
        /// From so many bases behind and in front of an exon on.
        case limits(donor: Int, acceptor: Int)
        /// Everywhere beyond the canonical two bases.
        case noncanonical
    }

    /// `ClinGen PAH VCEP` and its like.
    var name: String
    var inheritance: [String]
    var standAloneFrequency: Double?
    var strongFrequency: Double?
    var strongFrequencyStrength: Strength
    /// The protein change that BS1 does not count for.
    var strongFrequencyException: String
    var rareFrequency: Double?
    var rareStrength: Strength
    var nullVariants: Use?
    var sameChange: Use?
    var sameChangeMost: Strength?
    var lengthChange: Use?
    /// In-frame changes of at most so many residues support only.
    var shortLengthChange: Int?
    var missenseGene: Use?
    var missenseGeneNeeds: [Criterion]
    var sameResidueMost: Strength?
    var sameResidueExcludes: [Criterion]
    var takesLikelyPathogenic: Bool
    /// `ge`, `gt` or `blosum_le`: the change must be at least as drastic as the known one.
    var sameResidueDistance: String
    var healthyPeople: Use?
    var healthySteps: [Step]
    var truncatingGene: Use?
    /// `truncating`, `missense` or `broad`.
    var truncatingGeneTarget: String
    var truncatingGeneExclusions: ResidueRegions
    var truncatingGeneStrength: Strength
    var truncatingGeneNeedsSplice: Bool
    var repeats: Use?
    var repeatRegions: ResidueRegions
    var silentIntron: SilentIntron?

    init(_ row: KnowledgeFolder.Row) throws(GenomicsError) {
        func use(_ column: String) throws(GenomicsError) -> Use? {
            let text = try row.text(column)
            if text.isEmpty { return nil }
            guard let use = Use(rawValue: text) else {
                throw row.refused(column, "\"\(text)\" is neither applicable nor not_applicable")
            }
            return use
        }
        func strength(_ column: String) throws(GenomicsError) -> Strength? {
            let text = try row.text(column)
            return text.isEmpty ? nil : try Self.strength(text, row, column)
        }
        func frequency(_ column: String) throws(GenomicsError) -> Double? {
            let value = try row.number(column)
            guard value.map({ (0...1).contains($0) }) ?? true else {
                throw row.refused(column, "\(value ?? 0) is no frequency from 0 to 1")
            }
            return value
        }
        func criteria(_ column: String) throws(GenomicsError) -> [Criterion] {
            try row.text(column).split(separator: ",").compactMap { Criterion(rawValue: String($0)) }
        }
        let panel = try row.text("source_vcep")
        name = panel.replacing(" Variant Curation Expert Panel", with: " VCEP").trimmed
        inheritance = try row.text("inheritance").split(separator: ",").map(String.init)
        standAloneFrequency = try frequency("ba1_threshold")
        strongFrequency = try frequency("bs1_threshold")
        // What speaks for benign is at most strong.
        strongFrequencyStrength = min(try strength("bs1_strength") ?? .strong, .strong)
        strongFrequencyException = try row.text("bs1_exclude")
        rareFrequency = try frequency("pm2_threshold")
        rareStrength = try strength("pm2_strength") ?? .supporting
        nullVariants = try use("pvs1")
        sameChange = try use("ps1")
        sameChangeMost = try strength("ps1_max")
        lengthChange = try use("pm4")
        shortLengthChange = try row.integer("pm4_supporting_max_aa")
        missenseGene = try use("pp2")
        missenseGeneNeeds = try criteria("pp2_requires")
        sameResidueMost = try strength("pm5_max")
        sameResidueExcludes = try criteria("pm5_excludes")
        takesLikelyPathogenic = try row.text("pm5_lp") != "no"
        sameResidueDistance = try row.text("pm5_grantham")
        healthyPeople = try use("bs2")
        let count = try row.integer("bs2_count")
        healthySteps = try Self.steps(try row.text("bs2_strength"), row)
        if healthySteps.isEmpty, let count { healthySteps = [Step(count: count, strength: .strong)] }
        truncatingGene = try use("bp1")
        truncatingGeneTarget = try row.text("bp1_target")
        truncatingGeneExclusions = try ResidueRegions(regions: try row.text("bp1_exclude"), residues: "", row)
        truncatingGeneStrength = try strength("bp1_strength") ?? .supporting
        truncatingGeneNeedsSplice = try row.text("bp1_no_splice") == "yes"
        repeats = try use("bp3")
        silentIntron = try Self.silentIntron(try row.text("bp7_intronic"), row)
        repeatRegions = try ResidueRegions(regions: try row.text("bp3_regions"), residues: "", row)
    }

    static func strength(
        _ text: String, _ row: KnowledgeFolder.Row, _ column: String
    ) throws(GenomicsError) -> Strength {
        guard let strength = Strength.allCases.first(where: { $0.suffix.lowercased() == text.lowercased() }) else {
            throw row.refused(column, "\"\(text)\" is no strength")
        }
        return strength
    }

    /// `noncanonical`, or `donor:7,acceptor:-4`.
    private static func silentIntron(
        _ text: String, _ row: KnowledgeFolder.Row
    ) throws(GenomicsError) -> SilentIntron? {
        if text.isEmpty { return nil }
        if text == "noncanonical" { return .noncanonical }
        let words = text.split(separator: ",").map { $0.split(separator: ":") }
        guard words.count == 2, words.map(\.first) == ["donor", "acceptor"],
            let donor = words[0].last.flatMap({ Int($0) }),
            let acceptor = words[1].last.flatMap({ Int($0) }), donor > 0, acceptor < 0
        else { throw row.refused("bp7_intronic", "\"\(text)\" is not like donor:7,acceptor:-4") }
        return .limits(donor: donor, acceptor: -acceptor)
    }

    /// `Strong:3,Supporting:1`, the most people first.
    private static func steps(_ text: String, _ row: KnowledgeFolder.Row) throws(GenomicsError) -> [Step] {
        var steps: [Step] = []
        for part in text.split(separator: ",") {
            let words = part.split(separator: ":")
            guard words.count == 2, let count = Int(words[1]) else {
                throw row.refused("bs2_strength", "\"\(part)\" is no strength with a number of people")
            }
            steps.append(
                Step(count: count, strength: min(try strength(String(words[0]), row, "bs2_strength"), .strong)))
        }
        return steps.sorted { $0.count > $1.count }
    }
}

extension String {
    /// Without blanks at its ends.
    fileprivate var trimmed: String {
        var text = self[...]
        while text.last == " " { text.removeLast() }
        return String(text.drop { $0 == " " })
    }
}
