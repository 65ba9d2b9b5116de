/// A variant of a polygenic score: an allele, and what copies of it weigh.
public struct ScoreRow: Sendable, Hashable {
    /// What a number of copies of the effect allele adds to the score.
    public enum Model: Sendable, Hashable {
        /// The weight times the copies.
        case additive(Double)
        /// The weight with one copy or two.
        case dominant(Double)
        /// The weight with two copies.
        case recessive(Double)
        /// A weight for none, one and two copies.
        case dosages(Double, Double, Double)

        /// What 0, 1 or 2 copies add.
        public func contribution(copies: Int) -> Double {
            switch self {
            case .additive(let weight): weight * Double(copies)
            case .dominant(let weight): copies > 0 ? weight : 0
            case .recessive(let weight): copies > 1 ? weight : 0
            case .dosages(let none, let one, let two): copies == 0 ? none : copies == 1 ? one : two
            }
        }

        /// What is expected of a person of a population in which the allele has this frequency (Hardy and Weinberg).
        public func expected(frequency: Double) -> Double {
            let other = 1 - frequency
            return other * other * contribution(copies: 0) + 2 * frequency * other * contribution(copies: 1)
                + frequency * frequency * contribution(copies: 2)
        }

        /// The largest difference that copies make: what the row can matter.
        public var magnitude: Double {
            let values = (0...2).map { contribution(copies: $0) }
            return (values.max() ?? 0) - (values.min() ?? 0)
        }
    }

    /// A place on a genome.
    public struct Place: Sendable, Hashable {
        /// The chromosome without `chr`.
        public var contig: String
        /// The 1-based position.
        public var position: Int
    }

    /// The line of the file, counted from 1.
    public var line: Int
    /// The rsID.
    public var identifier: String?
    /// The place on the genome build of the score's authors.
    public var original: Place?
    /// The place on the build that the PGS Catalog harmonised it to.
    public var harmonized: Place?
    /// The allele that is counted, in upper case.
    public var effect: String
    /// The other allele; nil where the file has none.
    public var other: String?
    /// The effect allele's frequency in the authors' sample.
    public var frequency: Double?
    /// What copies weigh; nil with a ``flaw``.
    public var model: Model?
    /// Why no VCF record can be matched to the row, such as an HLA type or an interaction of variants.
    public var flaw: String?
}
