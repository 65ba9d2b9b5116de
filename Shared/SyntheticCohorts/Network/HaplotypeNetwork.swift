import Foundation
import Hashing

/// An autoregressive network over the sites of a haplotype: each allele's log odds are a sum over the alleles before it.
///
/// A fully visible sigmoid belief network (Frey 1998). Its order is by frequency, common sites first, so that rare alleles hang on the common ones they lie on. What
/// a weight costs is chosen so that it stands for many people: see ``Settings``.
public struct HaplotypeNetwork: Sendable {
    /// How a network is learned.
    public struct Settings: Sendable, Hashable, Codable {
        /// The L1 penalty that chooses which alleles an allele hangs on, in units of standardized inputs.
        public var lasso = 0.012
        /// The L2 penalty of the weights of those chosen.
        public var ridge = 0.001
        /// How many networks, each of a part of the people, the weights are the mean of; no weight then hangs on one family alone.
        public var parts = 5
        /// The share of the people in each part.
        public var share = 0.7
        /// Rounds in which weights are moved until samples have the correlations of the panel.
        public var matchingRounds = 8
        /// How far they are moved in the first round.
        public var matchingRate = 0.5
        /// Sites at which fewer haplotypes of the panel carry the minor allele are not made.
        public var leastCarriers = 10
        /// Below this frequency of the minor allele a site hangs on commoner ones only, and nothing hangs on it.
        public var commonFrequency = 0.01

        /// The settings that the suite was measured with.
        public init() {}
    }

    struct Unit: Sendable {
        var site: Int
        var isFlipped: Bool
        var bias: Double
        /// Places in the order, ascending, and what their minor allele adds.
        var inputs: [(place: Int32, weight: Double)]
    }

    /// How many sites the panel had; those that are not made are always REF's or ALT's, whichever is commoner.
    public let siteCount: Int
    /// The sites that are made, in the panel's order.
    public let madeSites: [Int]
    var units: [Unit]

    /// How many weights there are.
    public var weightCount: Int { units.reduce(0) { $0 + $1.inputs.count } }

    /// Learns a network.
    ///
    /// The same panel, settings and seed give the same network for any number of workers. Time is linear in the number of haplotypes, and in sites times
    /// common sites.
    public init(_ panel: HaplotypePanel, settings: Settings = .init(), seed: UInt64, workers: Int = 1) {
        let haplotypes = panel.alleles.columns
        let counts = panel.sites.indices.map { panel.alleles.count($0) }
        let minor = counts.map { min($0, haplotypes - $0) }
        let made = panel.sites.indices.filter { minor[$0] >= max(1, settings.leastCarriers) }
        // Common first; equals in the panel's order.
        let order = made.sorted { (minor[$1], $0) < (minor[$0], $1) }
        let isFlipped = order.map { counts[$0] * 2 > haplotypes }
        let carriers = zip(order, isFlipped).map { site, flipped -> [Int32] in
            let places = panel.alleles.places(site)
            guard flipped else { return places }
            let set = Set(places)
            return (0..<Int32(haplotypes)).filter { !set.contains($0) }
        }
        let shares = order.map { Double(minor[$0]) / Double(haplotypes) }
        let deviations = shares.map { ($0 * (1 - $0)).squareRoot() }
        let commonCount = shares.firstIndex { $0 < settings.commonFrequency } ?? order.count
        let people = haplotypes / 2
        let parts = max(1, settings.parts)
        let members = (0..<parts).map { part -> [Bool] in
            guard parts > 1 else { return [Bool](repeating: true, count: haplotypes) }
            var random = SplitMix64(keys: seed, 1, UInt64(part))
            let chosen = Set(random.permutation(people).prefix(Int(Double(people) * settings.share)))
            return (0..<haplotypes).map { chosen.contains($0 / 2) }
        }
        let units = Parallel.map(order.count, workers: workers) { place -> Unit in
            var target = [Double](repeating: 0, count: haplotypes)
            for carrier in carriers[place] { target[Int(carrier)] = 1 }
            let candidates = Array(0..<min(place, commonCount))
            var sums: [Int: Double] = [:]
            var bias = 0.0
            for part in members {
                var fit = LogisticFit(carriers: carriers, deviations: deviations, isCounted: part)
                fit.fit(target, candidates: candidates, lasso: settings.lasso, ridge: 0)
                let chosen = fit.weights.keys.sorted()
                fit.fit(target, candidates: chosen, lasso: 0, ridge: settings.ridge)
                for (predictor, weight) in fit.weights { sums[predictor, default: 0] += weight / Double(parts) }
                bias += fit.bias / Double(parts)
            }
            let inputs = sums.sorted { $0.key < $1.key }.map { (place: Int32($0.key), weight: $0.value) }
            var unit = Unit(site: order[place], isFlipped: isFlipped[place], bias: bias, inputs: inputs)
            unit.calibrateBias(carriers: carriers, haplotypes: haplotypes, carried: carriers[place].count)
            return unit
        }
        (siteCount, madeSites, self.units) = (panel.sites.count, made, units)
        match(
            carriers: carriers, shares: shares, haplotypes: haplotypes, settings: settings, seed: seed, workers: workers
        )
    }

    /// One haplotype: set where it has ALT, at all sites of the panel that are made.
    ///
    /// The same seed and number give the same haplotype, whatever else is made.
    public func haplotype(_ number: Int, seed: UInt64, into alleles: (_ site: Int, _ isAlternate: Bool) -> Void) {
        var random = SplitMix64(keys: seed, 2, UInt64(number))
        var minor = [Bool](repeating: false, count: units.count)
        for (place, unit) in units.enumerated() {
            var odds = unit.bias
            for input in unit.inputs where minor[Int(input.place)] { odds += input.weight }
            minor[place] = random.uniformDouble() < 1 / (1 + exp(-odds))
            alleles(unit.site, minor[place] != unit.isFlipped)
        }
    }

    /// Many haplotypes: a row each of ``madeSites``, a column a haplotype.
    public func haplotypes(_ numbers: Range<Int>, seed: UInt64, workers: Int = 1) -> BitMatrix {
        let row = Dictionary(uniqueKeysWithValues: madeSites.enumerated().map { ($1, $0) })
        let rows = units.map { row[$0.site] ?? 0 }
        let pieces = stride(from: numbers.lowerBound, to: numbers.upperBound, by: 256).map {
            $0..<min($0 + 256, numbers.upperBound)
        }
        let made = Parallel.map(pieces.count, workers: workers) { piece -> BitMatrix in
            var matrix = BitMatrix(rows: pieces[piece].count, columns: madeSites.count)
            for number in pieces[piece] {
                var place = 0
                haplotype(number, seed: seed) { _, isAlternate in
                    if isAlternate { matrix[number - pieces[piece].lowerBound, rows[place]] = true }
                    place += 1
                }
            }
            return matrix
        }
        var all = BitMatrix(rows: madeSites.count, columns: numbers.count)
        for (piece, matrix) in zip(pieces, made) {
            for index in 0..<matrix.rows {
                for site in matrix.places(index) {
                    all[Int(site), piece.lowerBound - numbers.lowerBound + index] = true
                }
            }
        }
        return all
    }
}
