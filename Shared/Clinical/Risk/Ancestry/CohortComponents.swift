import Genomics
import LinearAlgebra

/// The principal components of a cohort's genotypes, and the loadings by which others are placed among them.
///
/// Patterson, Price and Reich (2006), PLoS Genetics 2, e190: genotypes are centred and divided by √(2 p (1 − p)); a missing one is the mean.
public struct CohortComponents: Sendable {
    /// The components of the samples, a row each; the first one has a standard deviation of 1, and the others the same unit.
    public let scores: Matrix
    /// The share of the variance that each component has.
    public let shares: [Double]
    /// The sites, in the order of the loadings.
    public let sites: [CohortGenotypes.Site]
    private let frequencies: [Double]
    private let loadings: Matrix
    private let scale: Double

    /// Sites that are made into numbers at once.
    private static let block = 256
    /// Up to so many people the matrix of all their products is made, 8 bytes a pair; of more the components are approximated.
    private static let mostExact = 6_000

    /// Finds `count` components.
    ///
    /// Throws where there are fewer samples or sites than that, or no variance.
    public init(_ cohort: CohortGenotypes, count: Int) throws {
        let people = cohort.samples.count
        guard people > count, cohort.sites.count > count else {
            throw GenomicsError(
                .unsupported,
                "\(people) samples at \(cohort.sites.count) usable sites have no \(count) principal components")
        }
        let frequencies = cohort.sites.indices.map { cohort.frequency(site: $0) ?? 0 }
        let blocks: PrincipalComponents.Blocks = { body in
            for start in stride(from: 0, to: cohort.sites.count, by: Self.block) {
                let end = min(cohort.sites.count, start + Self.block)
                try body(Self.standardized(cohort, start..<end, frequencies))
            }
        }
        let components =
            people <= Self.mostExact
            ? try PrincipalComponents.exact(rows: people, count: count, blocks: blocks)
            : try PrincipalComponents.randomized(rows: people, count: count, blocks: blocks)
        guard let first = components.eigenvalues.first, first > 0, components.total > 0 else {
            throw GenomicsError(.unsupported, "the samples do not differ at the usable sites")
        }
        let unit = (first / Double(people)).squareRoot()
        var scores = components.scores
        for index in scores.elements.indices { scores.elements[index] /= unit }
        var loadings: [Double] = []
        // V = Xᵀ U / S, so a row x has the scores x · V.
        try blocks { loadings += try $0.times(components.vectors, transposed: true).elements }
        var matrix = Matrix(rows: cohort.sites.count, columns: count, elements: loadings)
        for column in 0..<count {
            let length = max(1e-12, components.eigenvalues[column]).squareRoot()
            for row in 0..<matrix.rows { matrix[row, column] /= length }
        }
        self.scores = scores
        shares = components.eigenvalues.map { $0 / components.total }
        sites = cohort.sites
        scale = 1 / unit
        (self.frequencies, self.loadings) = (frequencies, matrix)
    }

    /// The places of another cohort's samples among the components, a row each, and the share of the sites that each is called at.
    ///
    /// REF and ALT may be exchanged. Sites that are missing count as the mean, which draws a sample towards the middle.
    public func place(_ other: CohortGenotypes) throws(LinearAlgebraError) -> (scores: Matrix, called: [Double]) {
        var index: [CohortGenotypes.Site: Int] = [:]
        for (number, site) in other.sites.enumerated() { index[site] = number }
        var scores = Matrix(rows: other.samples.count, columns: loadings.columns)
        var called = [Int](repeating: 0, count: other.samples.count)
        for (number, site) in sites.enumerated() {
            var turned = site
            swap(&turned.reference, &turned.alternate)
            let deviation = (2 * frequencies[number] * (1 - frequencies[number])).squareRoot()
            guard deviation > 0,
                let (place, isTurned) = index[site].map({ ($0, false) }) ?? index[turned].map({ ($0, true) })
            else { continue }
            for sample in other.samples.indices {
                let code = other.code(site: place, sample: sample)
                if code == CohortGenotypes.missingCode { continue }
                called[sample] += 1
                let value = (Double(isTurned ? 2 - code : code) - 2 * frequencies[number]) / deviation * scale
                for column in 0..<loadings.columns { scores[sample, column] += value * loadings[number, column] }
            }
        }
        return (scores, called.map { Double($0) / Double(max(1, sites.count)) })
    }

    private static func standardized(
        _ cohort: CohortGenotypes, _ sites: Range<Int>, _ frequencies: [Double]
    ) -> Matrix {
        var block = Matrix(rows: cohort.samples.count, columns: sites.count)
        for site in sites {
            let mean = 2 * frequencies[site]
            let deviation = (mean * (1 - frequencies[site])).squareRoot()
            guard deviation > 0 else { continue }
            let values = [(0 - mean) / deviation, (1 - mean) / deviation, (2 - mean) / deviation, 0]
            for sample in cohort.samples.indices {
                block.elements[sample * sites.count + site - sites.lowerBound] =
                    values[
                        Int(cohort.code(site: site, sample: sample))]
            }
        }
        return block
    }
}
