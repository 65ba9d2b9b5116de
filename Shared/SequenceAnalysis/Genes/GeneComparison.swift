/// Genes that were found beside those that are known: how many ends and starts agree.
///
/// A gene is found if one ends with the same stop codon; it is exact if it begins at the same base too. A prediction most of which lies on
/// a pseudogene, or on another record that codes for no protein, of the same strand is counted apart: nobody knows whether it is wrong.
public struct GeneComparison: Sendable, Hashable {
    /// Genes that are known.
    public var known = 0
    /// Genes that were predicted, those of ``onOthers`` not counted.
    public var predicted = 0
    /// Of both: those with the same end.
    public var ends = 0
    /// Of those: with the same start.
    public var exact = 0
    /// Predictions on pseudogenes and other records that code for no protein.
    public var onOthers = 0

    /// Makes an empty one.
    public init() {}

    /// The share of the known genes whose end was found.
    public var sensitivity: Double { Self.share(ends, known) }
    /// The share of the predicted genes whose end is right.
    public var precision: Double { Self.share(ends, predicted) }
    /// The same, where predictions on pseudogenes count as wrong.
    public var strictPrecision: Double { Self.share(ends, predicted + onOthers) }
    /// The share of the known genes that were found with their start.
    public var exactSensitivity: Double { Self.share(exact, known) }
    /// The share of the genes found whose start is right.
    public var exactStarts: Double { Self.share(exact, ends) }

    private static func share(_ part: Int, _ whole: Int) -> Double { whole > 0 ? Double(part) / Double(whole) : 0 }

    /// Adds a contig, or a part of it: genes whose last base (of the reverse strand: the first) is wanted.
    public mutating func add(
        _ predictions: [KnownGenes.Record], known: (coding: [KnownGenes.Record], other: [KnownGenes.Record]),
        where isWanted: (Int) -> Bool = { _ in true }
    ) {
        struct End: Hashable {
            var place: Int
            var isReverse: Bool
        }
        var truth: [End: Range<Int>] = [:]
        for gene in known.coding where isWanted(gene.stopPlace) {
            truth[End(place: gene.stopPlace, isReverse: gene.isReverse)] = gene.range
        }
        self.known += truth.count
        let others = known.other.sorted { $0.range.lowerBound < $1.range.lowerBound }
        for gene in predictions where isWanted(gene.stopPlace) {
            if let own = truth.removeValue(forKey: End(place: gene.stopPlace, isReverse: gene.isReverse)) {
                predicted += 1
                ends += 1
                if own == gene.range { exact += 1 }
            } else if Self.isMostly(gene, on: others) {
                onOthers += 1
            } else {
                predicted += 1
            }
        }
    }

    /// Whether at least half of a gene lies on records of its strand.
    static func isMostly(_ gene: KnownGenes.Record, on others: [KnownGenes.Record]) -> Bool {
        var covered = 0
        for other in others where other.isReverse == gene.isReverse {
            if other.range.lowerBound >= gene.range.upperBound { break }
            covered += other.range.clamped(to: gene.range).count
        }
        return 2 * covered >= gene.range.count
    }
}
