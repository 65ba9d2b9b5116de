/// How many positions are covered how deeply.
public struct DepthDistribution: Sendable, Hashable, Codable {
    /// Positions by the alignments that have a base there.
    ///
    /// Mapped ones that are not secondary, duplicates and failed reads included, as `samtools stats` counts them (`COV`).
    /// Positions that nothing covers are not counted.
    public var alignments = CountHistogram()
    /// Positions of the target by the alignments that are neither secondary, nor duplicates, nor failed.
    ///
    /// So does `samtools depth` count. Positions that nothing covers are not counted.
    public var target = CountHistogram()
    /// The sum of the depths of ``target`` by contig.
    public var targetBases: [String: Int] = [:]
    /// The part of ``targetBases`` where X and Y pair; nil where there is none, and in counts of earlier versions.
    public var pairingBases: [String: Int]?

    /// Greater depths are counted as this one.
    public static let deepest = 1001

    /// Makes counts of zero.
    public init() {}

    /// Adds other positions.
    public mutating func add(_ other: DepthDistribution) {
        alignments.add(other.alignments)
        target.add(other.target)
        targetBases.merge(other.targetBases, uniquingKeysWith: +)
        if let bases = other.pairingBases {
            pairingBases = (pairingBases ?? [:]).merging(bases, uniquingKeysWith: +)
        }
    }

    /// ``targetBases`` without where X and Y pair, of which depths say nothing of the sex.
    public var unpairedBases: [String: Int] {
        targetBases.merging(pairingBases ?? [:], uniquingKeysWith: -)
    }

    /// The mean depth of a target of so many bases, uncovered ones included; nil of none.
    public func mean(ofTarget bases: Int) -> Double? {
        bases == 0 ? nil : Double(targetBases.values.reduce(0, +)) / Double(bases)
    }

    /// The mean depth of the positions that have an alignment; 0 without any.
    public var meanCovered: Double { mean(ofTarget: positions(atLeast: 1)) ?? 0 }

    /// How many positions of the target have at least so many alignments, up to ``deepest``.
    public func positions(atLeast depth: Int) -> Int {
        target.counts.dropFirst(depth).reduce(0, +)
    }
}
