import Genomics

/// How often the length of a repeat is copied or read wrongly, by the repeat: the main source of false indels.
///
/// Deletions and insertions have rates of their own. They are per molecule that holds the whole repeat: in short reads the
/// polymerase slips, in long ones the sequencer miscounts; both are kept here.
public struct RepeatErrors: Sendable, Hashable, Codable {
    /// Rates by the number of copies, from ``RepeatErrors/shortestRun`` or ``RepeatErrors/fewestCopies`` on.
    public struct Series: Sendable, Hashable, Codable {
        /// The probability of an insertion.
        public var insertions: [Double]
        /// The probability of a deletion.
        public var deletions: [Double]
        /// The probability that one more unit is inserted, again and again.
        public var furtherInserted: [Double]
        /// The probability that one more unit is deleted, again and again.
        public var furtherDeleted: [Double]

        /// Makes a series; all four lists have an element for each number of copies.
        public init(insertions: [Double], deletions: [Double], furtherInserted: [Double], furtherDeleted: [Double]) {
            self.insertions = insertions
            self.deletions = deletions
            self.furtherInserted = furtherInserted
            self.furtherDeleted = furtherDeleted
        }
    }

    /// A part of the repeats.
    public struct Part: Sendable, Hashable, Codable {
        /// The part.
        public var share: Double
        /// By what its rates are multiplied.
        public var factor: Double

        /// Makes a part.
        public init(share: Double, factor: Double) {
            self.share = share
            self.factor = factor
        }
    }

    /// The factor of a repeat, by a number in [0, 1) that is its own.
    func factor(_ draw: Double) -> Double {
        var rest = draw
        for part in unevenness {
            if rest < part.share { return part.factor }
            rest -= part.share
        }
        return unevenness.last?.factor ?? 1
    }

    /// What a repeat suffers.
    struct Rates: Sendable, Hashable {
        var insertion: Double
        var deletion: Double
        var furtherInserted: Double
        var furtherDeleted: Double
    }

    /// The shortest homopolymer that is listed.
    public var shortestRun = 4
    /// Homopolymers of A, C, G and T, in the direction of reading.
    public var homopolymers: [Series]
    /// The fewest copies of longer units that are listed.
    public var fewestCopies = 3
    /// Repeats of two bases, of three, and so on; longer units than are listed are taken as the last.
    public var repeats: [Series]
    /// By what the rates are multiplied for each copy beyond the lists.
    public var growth: Double
    /// Repeats of one length are not alike: parts of all, and by what their rates are multiplied, 1 in the mean.
    public var unevenness = [Part(share: 1, factor: 1)]
    /// The greatest probability of a change.
    public var limit = 0.25

    /// The longest unit that is looked for.
    static let longestUnit = 6

    /// Makes a table.
    public init(homopolymers: [Series], repeats: [Series], growth: Double) {
        self.homopolymers = homopolymers
        self.repeats = repeats
        self.growth = growth
    }

    /// A table whose rates grow by a factor with each copy, alike for all bases.
    ///
    /// - Parameters:
    ///   - run: The rate of a homopolymer of no base, and its factor.
    ///   - longer: The same for repeats of longer units.
    ///   - deleted: The part of the changes that are deletions.
    ///   - further: The probability of each further unit.
    ///   - shortest: The number of copies of a homopolymer with which rates begin.
    ///   - longest: The number of copies at which growth ends.
    public static func geometric(
        run: (first: Double, factor: Double), longer: (first: Double, factor: Double), deleted: Double = 0.6,
        further: Double = 0.14, from shortest: Int = 4, longest: Int = 24
    ) -> RepeatErrors {
        func series(_ law: (first: Double, factor: Double), _ copies: ClosedRange<Int>) -> Series {
            let rates = copies.map { count in
                min(1, (0..<count).reduce(law.first) { rate, _ in rate * law.factor })
            }
            let more = rates.map { _ in further }
            return Series(
                insertions: rates.map { $0 * (1 - deleted) }, deletions: rates.map { $0 * deleted },
                furtherInserted: more, furtherDeleted: more)
        }
        let fewest = 3
        let homopolymers = series(run, shortest...longest)
        let repeats = series(longer, fewest...longest)
        var table = RepeatErrors(
            homopolymers: [homopolymers, homopolymers, homopolymers, homopolymers], repeats: [repeats], growth: 1)
        (table.shortestRun, table.fewestCopies) = (shortest, fewest)
        return table
    }

    /// What a repeat suffers; `base` is the code of a homopolymer's base in the direction of reading.
    func rates(
        unit: Int, copies: Int, base: UInt8, scale: Double, insertion: Double = 1, deletion: Double = 1
    ) -> Rates {
        let series = unit == 1 ? homopolymers[Int(base)] : repeats[min(unit - 2, repeats.count - 1)]
        let index = copies - (unit == 1 ? shortestRun : fewestCopies)
        guard index >= 0, let last = series.insertions.indices.last else {
            return Rates(insertion: 0, deletion: 0, furtherInserted: 0, furtherDeleted: 0)
        }
        let listed = min(index, last)
        var factor = scale
        for _ in 0..<min(index - listed, 32) { factor *= growth }
        var rates = Rates(
            insertion: series.insertions[listed] * factor * insertion,
            deletion: series.deletions[listed] * factor * deletion,
            furtherInserted: series.furtherInserted[listed], furtherDeleted: series.furtherDeleted[listed])
        let sum = rates.insertion + rates.deletion
        if sum > limit {
            rates.insertion *= limit / sum
            rates.deletion *= limit / sum
        }
        return rates
    }

    /// What is wrong with a table that was read from a file; nil where nothing is.
    var flaw: String? {
        guard homopolymers.count == 4 else { return "homopolymers has \(homopolymers.count) rows and needs A, C, G, T" }
        guard !repeats.isEmpty else { return "repeats is empty" }
        for series in homopolymers + repeats {
            let count = series.insertions.count
            guard count > 0, series.deletions.count == count, series.furtherInserted.count == count,
                series.furtherDeleted.count == count
            else { return "the four lists of a repeat differ in length" }
            let all = series.insertions + series.deletions + series.furtherInserted + series.furtherDeleted
            guard all.allSatisfy({ (0...1).contains($0) }) else { return "a rate of a repeat is no probability" }
        }
        guard !unevenness.isEmpty, unevenness.allSatisfy({ (0...1).contains($0.share) && $0.factor >= 0 }) else {
            return "unevenness of repeats is not a list of shares and factors"
        }
        guard (0...1).contains(limit), growth.isFinite, growth >= 0, shortestRun > 1, fewestCopies > 1 else {
            return "limit, growth, shortestRun or fewestCopies is out of its range"
        }
        return nil
    }
}
