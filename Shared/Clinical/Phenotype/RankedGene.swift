/// A gene in a ranking, with the disease of it that fits best and the reasons.
public struct RankedGene: Sendable, Hashable, Codable {
    /// What one term adds to the score.
    public struct Reason: Sendable, Hashable, Codable {
        /// How the case has the term.
        public enum Finding: String, Sendable, Hashable, Codable {
            // The words are the documentation.
            case present, excluded
        }

        /// The term of the case.
        public var term: String
        /// The term's name.
        public var name: String
        /// Whether it was seen, or looked for and not seen.
        public var finding: Finding
        /// What it adds; below 0 it speaks against the disease.
        public var contribution: Float
        /// The share of the disease's affected who have it, as the annotations say; 0 where they rule it out, nil where they do not name it.
        public var frequency: Float?
        /// The most telling term that the disease has and the case's term is a kind of, where that is another than the term itself.
        public var through: String?
    }

    /// Its place, from 1; of equal scores the gene with the better second disease first, then by name.
    public var rank: Int
    /// The gene's symbol.
    public var gene: String
    /// The disease's identifier.
    public var disease: String
    /// The disease's name, as the annotations have it.
    public var diseaseName: String
    /// The sum of the reasons' contributions, ``other`` and those of ``variantReasons``.
    public var score: Float
    /// What no single term says: how much of the disease's picture the case covers, its inheritance and onset, age and sex, and
    /// how many genes share the disease.
    public var other: Float
    /// The terms of the case, the strongest first whichever way they speak.
    public var reasons: [Reason]
    /// How the person's variants of the gene fit the way the disease is inherited; nil where no variants were looked at.
    public var fit: InheritanceFit?
    /// What the variants add to the score, in parts with words; nil where no variants were looked at.
    public var variantReasons: [VariantReason]?
}

/// A case's ranking.
public struct PhenotypeRanking: Sendable, Hashable, Codable {
    /// The name of the case.
    public var id: String
    /// How the scores were made: a ``PhenotypeRanker/Method``, with `+variants` where variants were looked at.
    public var method: String
    /// The genes, the best first.
    public var genes: [RankedGene]
    /// Terms that were not used as the case names them.
    public var remarks: [CaseRemark]
    /// Terms that were seen and used.
    public var present: Int
    /// Terms that were excluded and used.
    public var excluded: Int
}
