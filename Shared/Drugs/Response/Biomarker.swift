/// Something of a line's profile whose effect on responses is asked: a gene's mutation, a gained or lost segment, a gene's expression.
public struct Biomarker: Sendable, Hashable {
    /// Kinds of markers.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A mutated gene.
        case mutation
        /// A gained segment.
        case gain
        /// A lost segment.
        case loss
        /// A gene's expression, standardized over the lines.
        case expression

        /// Whether lines have it or not; else it is a number.
        public var isAlteration: Bool { self != .expression }
    }

    /// What it is.
    public let kind: Kind
    /// The gene, or the cancer genes of its segments; none of a segment without.
    public let genes: [String]
    /// The columns that it joins: a line has the marker if one of them says so.
    public let columns: [String]

    /// `BRAF`, `CDK12/ERBB2/MED24`, or the segment's name where no cancer gene is on it.
    public var name: String {
        genes.isEmpty ? columns.map { String($0.dropFirst(8)) }.joined(separator: "/") : genes.joined(separator: "/")
    }

    /// The markers of columns of features: segments of one direction that share a gene are one, whatever tissue they were called in.
    static func alterations(_ columns: [String]) -> [Biomarker] {
        var groups: [(kind: Kind, genes: [String], columns: [String])] = []
        for feature in columns.map(ProfileFeature.init) {
            let kind: Kind
            switch feature.kind {
            case .mutation: kind = .mutation
            case .gain: kind = .gain
            case .loss: kind = .loss
            case .other: continue
            }
            let shared = groups.indices.filter {
                groups[$0].kind == kind && !Set(groups[$0].genes).isDisjoint(with: feature.genes)
            }
            guard let first = shared.first else {
                groups.append((kind, feature.genes, [feature.column]))
                continue
            }
            // A segment may join two that shared nothing so far.
            for other in shared.dropFirst().reversed() {
                let taken = groups.remove(at: other)
                groups[first].genes += taken.genes
                groups[first].columns += taken.columns
            }
            groups[first].genes += feature.genes
            groups[first].columns.append(feature.column)
        }
        return groups.map { group in
            var seen = Set<String>()
            return Biomarker(
                kind: group.kind, genes: group.genes.filter { seen.insert($0).inserted }, columns: group.columns)
        }
    }
}

/// What a marker does to a drug's response.
public struct BiomarkerEffect: Sendable {
    /// The drug.
    public var drug: DrugCatalog.Drug
    /// The marker.
    public var marker: Biomarker
    /// Lines with a response that have the marker; of expression all that have a level.
    public var altered: Int
    /// Lines with a response that do not have it; 0 of expression.
    public var unaltered: Int
    /// The estimate, or why there is none.
    public var outcome: Outcome

    /// What came of a test.
    public enum Outcome: Sendable {
        /// It was made.
        case tested(Estimate)
        /// It was not, for this reason.
        case untested(String)
    }

    /// An effect and how sure it is.
    public struct Estimate: Sendable, Hashable {
        /// ln IC50 of lines with the marker less those without, or a standard deviation of expression; below 0 is more sensitive.
        public var effect: Double
        /// Its standard error.
        public var error: Double
        /// The 95 % interval.
        public var interval: ClosedRange<Double>
        /// The probability of an effect as far from 0 where there is none.
        public var probability: Double
        /// The rate of false discoveries at which it is one, over all tests that were made together.
        public var falseDiscovery: Double
        /// Lines less what was estimated.
        public var degreesOfFreedom: Int

        /// The effect's correlation with the response, both adjusted.
        public var correlation: Double {
            let statistic = error > 0 ? effect / error : 0
            return statistic / (statistic * statistic + Double(degreesOfFreedom)).squareRoot()
        }
    }

    /// The estimate; nil where there is none.
    public var estimate: Estimate? {
        if case .tested(let estimate) = outcome { estimate } else { nil }
    }
}
