import Genomics

/// Counts what a caller would have to look at where the sample is as the reference, and how reads of its heterozygous sites divide.
public struct CandidateCensus: Sendable, Hashable {
    /// The parts of the reads at which counts are divided.
    public static let fractions = [0.08, 0.15, 0.25, 0.4]

    /// Positions that were looked at: of a depth of at least 5, known, no variant.
    public internal(set) var positions = 0
    /// Candidates by kind and by the part of the reads that show them, a column for each of ``fractions``.
    public internal(set) var candidates: [String: [Int]] = [:]
    /// The sum of the depths, and of their squares.
    public internal(set) var depth = (sum: 0.0, squares: 0.0)
    /// Heterozygous substitutions of the truth that were looked at, and the reads of REF and ALT there.
    public internal(set) var heterozygous = (sites: 0, reference: 0, alternate: 0)
    /// Ends of reads, and those that are clipped.
    public internal(set) var ends = (all: 0, clipped: 0)
    /// Reads by mapping quality: all, and those of 0.
    public internal(set) var reads = (all: 0, unplaced: 0)

    /// Equal where everything counted is.
    public static func == (a: CandidateCensus, b: CandidateCensus) -> Bool {
        a.positions == b.positions && a.candidates == b.candidates && a.depth == b.depth
            && a.heterozygous == b.heterozygous && a.ends == b.ends && a.reads == b.reads
    }

    /// Hashes what is counted by kind.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(positions)
        hasher.combine(candidates)
    }

    mutating func add(_ locus: LocusCounts, reference: UInt8, kind: String) {
        let depth = locus.depth
        self.depth.sum += Double(depth)
        self.depth.squares += Double(depth * depth)
        guard depth >= 5 else { return }
        positions += 1
        for base in 0..<4 where base != Int(reference) {
            add("SNV", count: locus.count(base), of: depth, least: 0.1)
        }
        let insertions = Int(locus.insertions[0]) + Int(locus.insertions[1])
        let deletions = Int(locus.deletions[0]) + Int(locus.deletions[1])
        add("insertion, \(kind)", count: insertions, of: depth, least: 0.08)
        add("deletion, \(kind)", count: deletions, of: depth, least: 0.08)
    }

    mutating func add(heterozygous locus: LocusCounts, reference: UInt8, alternate: UInt8) {
        guard locus.depth >= 10 else { return }
        heterozygous.sites += 1
        heterozygous.reference += locus.count(Int(reference))
        heterozygous.alternate += locus.count(Int(alternate))
    }

    private mutating func add(_ kind: String, count: Int, of depth: Int, least: Double) {
        let fraction = Double(count) / Double(depth)
        guard count >= 2, fraction >= least else { return }
        let column = Self.fractions.lastIndex { $0 <= fraction } ?? 0
        candidates[kind, default: [Int](repeating: 0, count: Self.fractions.count)][column] += 1
    }

    /// The kind of place that a repeat makes of the position in front of it.
    static func kind(of tract: RepeatTracts.Tract?) -> String {
        guard let tract else { return "no repeat" }
        guard tract.unit == 1 else { return "short tandem repeat" }
        switch tract.copies {
        case ...5: return "homopolymer of 3 to 5"
        case ...8: return "homopolymer of 6 to 8"
        case ...12: return "homopolymer of 9 to 12"
        default: return "homopolymer of 13 or more"
        }
    }

    /// The figures with their names, in a fixed order: candidates in a million positions, then what describes reads and depth.
    public var figures: [(name: String, value: Double)] {
        let mega = 1e6 / Double(max(1, positions))
        var rows: [(String, Double)] = []
        for (kind, counts) in candidates.sorted(by: { $0.key < $1.key }) {
            for (column, count) in counts.enumerated() {
                let upper = column + 1 < Self.fractions.count ? "\(Int(Self.fractions[column + 1] * 100)) %" : "all"
                let name = "\(kind), \(Int(Self.fractions[column] * 100)) % to \(upper) of the reads, a megabase"
                rows.append((name, Double(count) * mega))
            }
        }
        let count = Double(max(1, positions))
        let mean = depth.sum / count
        let variance = max(0, depth.squares / count - mean * mean)
        let reads = Double(heterozygous.reference + heterozygous.alternate)
        rows.append(("mean depth", mean))
        rows.append(("variance of the depth by its mean", mean > 0 ? variance / mean : 0))
        rows.append(("reference's part at heterozygous sites", reads > 0 ? Double(heterozygous.reference) / reads : 0))
        rows.append(("clipped ends, in 100", 100 * Double(ends.clipped) / Double(max(1, ends.all))))
        rows.append(
            ("reads of mapping quality 0, in 100", 100 * Double(self.reads.unplaced) / Double(max(1, self.reads.all))))
        return rows
    }
}

/// Places at which many reads go wrong in the same way, as the counts of positions show them.
struct SystematicCensus {
    var positions = 0
    private var fractions: [(value: Double, weight: Double)] = []
    private var oneStrand = 0.0
    private var deletions = 0.0
    private var insertions = 0.0

    static let fewestReads = 20

    mutating func add(_ locus: LocusCounts, reference: UInt8, isInRepeat: Bool) {
        let depth = locus.depth
        guard depth >= Self.fewestReads else { return }
        positions += 1
        let base = locus.mostFrequent(besides: reference)
        let substituted = (Double(locus.bases[base]), Double(locus.bases[base + 4]))
        let deleted = isInRepeat ? (0, 0) : (Double(locus.deletions[0]), Double(locus.deletions[1]))
        let inserted = isInRepeat ? (0, 0) : (Double(locus.insertions[0]), Double(locus.insertions[1]))
        let shown = [substituted, deleted, inserted].max { $0.0 + $0.1 < $1.0 + $1.1 } ?? substituted
        let isDeletion = shown == deleted && shown != substituted
        let isInsertion = !isDeletion && shown == inserted && shown != substituted
        guard shown.0 + shown.1 >= 3, (shown.0 + shown.1) / Double(depth) >= 0.1 else { return }
        let all = (0..<4).reduce(into: (0.0, 0.0)) {
            $0.0 += Double(locus.bases[$1])
            $0.1 += Double(locus.bases[$1 + 4])
        }
        let parts = (shown.0 / max(1, all.0), shown.1 / max(1, all.1))
        // What a strand shows is a part of its own reads; four of five affected reads show it.
        let isOneStrand = min(parts.0, parts.1) < 0.25 * max(parts.0, parts.1)
        let part = isOneStrand ? max(parts.0, parts.1) : (shown.0 + shown.1) / max(1, all.0 + all.1)
        // For each place that shows there are others like it that do not, by chance.
        let weight =
            1
            / max(
                0.2,
                Self.probability(of: max(3, (depth + 9) / 10), among: depth, part: (shown.0 + shown.1) / Double(depth)))
        fractions.append((min(1, part / 0.8), weight))
        if isOneStrand { oneStrand += weight }
        if isDeletion { deletions += weight }
        if isInsertion { insertions += weight }
    }

    /// The probability that of `count` reads at least `least` show what a part of all shows.
    private static func probability(of least: Int, among count: Int, part: Double) -> Double {
        guard part < 1 else { return 1 }
        var term = 1.0
        for _ in 0..<count { term *= 1 - part }
        var below = 0.0
        for number in 0..<least {
            below += term
            term *= Double(count - number) / Double(number + 1) * part / (1 - part)
        }
        return max(0, 1 - below)
    }

    /// The model, nil where fewer than ten places were seen; a fourth of the places read what stands there and are not seen.
    func model(qualityDrop: Double) -> SystematicErrors? {
        guard fractions.count >= 10 else { return nil }
        let count = fractions.reduce(0) { $0 + $1.weight }
        let substitutions = count - deletions - insertions
        let all = substitutions * 4 / 3 + deletions + insertions
        let rate = all / Double(positions)
        func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
        return SystematicErrors(
            rate: min(1, (rate * 1e7).rounded() / 1e7),
            fractions: Quantiles(
                Quantiles(of: fractions, count: 21).values.map(rounded)), qualityDrop: qualityDrop,
            oneStrand: rounded(oneStrand / count),
            deletions: rounded(deletions / all),
            insertions: rounded(insertions / all))
    }
}

/// Depth by GC content, in windows.
struct CoverageCensus {
    static let windowLength = 500
    private var bins = [(count: Double, sum: Double, squares: Double, inverse: Double)](
        repeating: (0, 0, 0, 0), count: 21)
    private var current = (positions: 0, gc: 0, depth: 0)

    mutating func add(depth: Int, reference: UInt8) {
        current.positions += 1
        current.depth += depth
        if reference == 1 || reference == 2 { current.gc += 1 }
        guard current.positions == Self.windowLength else { return }
        let mean = Double(current.depth) / Double(Self.windowLength)
        let bin = current.gc * 20 / Self.windowLength
        bins[bin].count += 1
        bins[bin].sum += mean
        bins[bin].squares += mean * mean
        current = (0, 0, 0)
    }

    /// The steepness of the fall with GC, and the swing beyond chance; nil where fewer than 40 windows were seen.
    func figures(readLength: Double) -> (gcBias: Double, swing: Double)? {
        let count = bins.reduce(0) { $0 + $1.count }
        guard count >= 40 else { return nil }
        let mean = bins.reduce(0) { $0 + $1.sum } / count
        guard mean > 0 else { return nil }
        var (xx, xy) = (0.0, 0.0)
        var variance = 0.0
        for (number, bin) in bins.enumerated() where bin.count > 0 {
            let distance = (Double(number) + 0.5) / 20 - 0.42
            let square = distance * distance
            let own = bin.sum / bin.count
            xx += bin.count * square * square
            xy += bin.count * square * (1 - own / mean)
            variance += bin.squares - bin.sum * own
        }
        // A window of w bases holds parts of some depth * (w + l) / l reads.
        let reads = mean * (Double(Self.windowLength) + readLength) / readLength
        let excess = max(0, variance / count / (mean * mean) - 1 / max(1, reads))
        func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }
        return (rounded(min(20, max(0, xy / max(xx, 1e-9)))), rounded(min(0.8, 3 * excess.squareRoot())))
    }
}
