/// What tells the kind of reads apart: the lengths and base qualities of the first of them.
public struct ReadKind: Sendable {
    private var reads = 0
    private var bases = 0
    private var qualitySum = 0
    private var qualities = 0

    /// Reads that are looked at.
    private static let most = 10_000

    /// Nothing was seen yet.
    public init() {}

    /// Looks at a primary record with bases.
    public mutating func add(_ record: BAMRecord) {
        guard reads < Self.most, record.sequenceLength > 0, record.flags.isDisjoint(with: [.secondary, .supplementary])
        else { return }
        reads += 1
        bases += record.sequenceLength
        for index in stride(from: 0, to: record.sequenceLength, by: 16) {
            let quality = record.quality(index)
            if quality == 255 { continue }
            qualitySum += Int(quality)
            qualities += 1
        }
    }

    /// The kind of reads of such depths; nil without reads.
    public func kind(depth: DepthDistribution) -> CallReliability.Kind? {
        guard reads > 0 else { return nil }
        return CallReliability.Kind(
            meanLength: Double(bases) / Double(reads),
            meanQuality: qualities == 0 ? nil : Double(qualitySum) / Double(qualities), meanDepth: depth.meanCovered)
    }
}

extension CallReliability.Kind {
    /// The kind of the reads of these measures; nil without reads.
    public init?(_ measures: QualityControl) {
        let reads = measures.flags.sum(\.primary)
        guard reads > 0 else { return nil }
        self.init(
            meanLength: Double(measures.first.bases + measures.last.bases) / Double(reads),
            meanQuality: measures.meanBaseQuality, meanDepth: measures.depth.meanCovered)
    }
}
