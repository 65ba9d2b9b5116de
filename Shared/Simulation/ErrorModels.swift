import Genomics

/// What bases are taken for where they are misread, by the base and its neighbours in the direction of reading.
public struct SubstitutionTable: Sendable, Hashable, Codable {
    /// How a base is misread.
    public struct Row: Sendable, Hashable, Codable {
        /// How often, as a multiple of what the quality says.
        public var rate: Double
        /// How often it is taken for A, C, G and T.
        public var to: [Double]

        /// Makes a row.
        public init(rate: Double = 1, to: [Double]) {
            self.rate = rate
            self.to = to
        }
    }

    /// Rows by a base, such as `C`, or by a base between its neighbours, such as `ACG`, which goes before the base alone.
    public var contexts: [String: Row]

    /// Makes a table; each of the four bases has a row of its own.
    public init(_ contexts: [String: Row]) { self.contexts = contexts }

    /// What is wrong with a table that was read from a file; nil where nothing is.
    var flaw: String? {
        for base in ["A", "C", "G", "T"] where contexts[base] == nil { return "substitutions: \(base) has no row" }
        for (context, row) in contexts.sorted(by: { $0.key < $1.key }) {
            let letters = Array(context.utf8)
            guard letters.count == 1 || letters.count == 3, letters.allSatisfy(Nucleotide.isBase) else {
                return "substitutions: \"\(context)\" is neither a base nor one between two"
            }
            guard row.to.count == 4, row.to.allSatisfy({ $0 >= 0 && $0.isFinite }), row.to.reduce(0, +) > 0,
                row.rate >= 0, row.rate.isFinite
            else { return "substitutions: the row of \(context) is not a rate and four parts" }
        }
        return nil
    }
}

/// A ``SubstitutionTable`` laid out for drawing.
struct SubstitutionSampler: Sendable {
    // For each context (before, base, after; 2 bits each) the factor and the rising limits of A, C, G and T.
    private let rates: [Double]
    private let limits: [(Double, Double, Double)]

    init(_ table: SubstitutionTable) {
        let letters = Array("ACGT")
        var rates: [Double] = []
        var limits: [(Double, Double, Double)] = []
        for context in 0..<64 {
            let base = letters[context >> 2 & 3]
            let name = "\(letters[context >> 4])\(base)\(letters[context & 3])"
            let row = table.contexts[name] ?? table.contexts[String(base)] ?? .init(to: [1, 1, 1, 1])
            var parts = row.to
            parts[context >> 2 & 3] = 0
            let sum = max(parts.reduce(0, +), .leastNonzeroMagnitude)
            rates.append(row.rate)
            limits.append((parts[0] / sum, (parts[0] + parts[1]) / sum, (parts[0] + parts[1] + parts[2]) / sum))
        }
        self.rates = rates
        self.limits = limits
    }

    func rate(_ context: Int) -> Double { rates[context] }

    func base(_ context: Int, draw: Double) -> UInt8 {
        let (a, c, g) = limits[context]
        return Nucleotide.letters[draw < a ? 0 : draw < c ? 1 : draw < g ? 2 : 3]
    }
}

/// Insertions and deletions that no repeat explains; their lengths fall geometrically.
public struct IndelErrors: Sendable, Hashable, Codable {
    /// The probability that a base is followed by inserted ones.
    public var insertionRate: Double
    /// The probability that a base, and maybe others behind it, is left out.
    public var deletionRate: Double
    /// The probability of each further base of an insertion.
    public var furtherInserted: Double
    /// The probability of each further base of a deletion.
    public var furtherDeleted: Double

    /// Makes rates.
    public init(
        insertionRate: Double, deletionRate: Double, furtherInserted: Double = 0, furtherDeleted: Double = 0
    ) {
        self.insertionRate = insertionRate
        self.deletionRate = deletionRate
        self.furtherInserted = furtherInserted
        self.furtherDeleted = furtherDeleted
    }
}

/// Places of the genome at which many reads go wrong in the same way.
public struct SystematicErrors: Sendable, Hashable, Codable {
    /// The part of the positions that are such places.
    public var rate: Double
    /// The part of the reads that go wrong at a place.
    public var fractions: Quantiles
    /// The greatest fall of the quality at a place.
    public var qualityDrop: Double
    /// The part of the places that show on one strand alone.
    public var oneStrand: Double
    /// The part of the places at which a base is left out instead of misread.
    public var deletions: Double
    /// The part of the places behind which a base is put in.
    public var insertions: Double

    /// Makes a model.
    public init(
        rate: Double, fractions: Quantiles, qualityDrop: Double = 25, oneStrand: Double = 0.5, deletions: Double = 0,
        insertions: Double = 0
    ) {
        self.rate = rate
        self.fractions = fractions
        self.qualityDrop = qualityDrop
        self.oneStrand = oneStrand
        self.deletions = deletions
        self.insertions = insertions
    }
}

/// Ends of reads that are no part of the genome: rests of adapters and what was read out of noise.
public struct ClippedEnds: Sendable, Hashable, Codable {
    /// The part of the ends.
    public var rate: Double
    /// Their lengths in bases.
    public var lengths: Quantiles

    /// Makes a model.
    public init(rate: Double, lengths: Quantiles) {
        self.rate = rate
        self.lengths = lengths
    }
}
