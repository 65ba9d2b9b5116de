import LinearAlgebra
import NeuralNetwork

/// How profiles become rows of numbers: all centred, expression standardized, each kind with its share of a row's length.
///
/// The product of two rows is the kernel of their lines: 0.8 for expression, 0.1 for mutations and copy numbers, 0.1 for the same tissue. What a
/// profile does not tell is 0, the training's mean: of a function that is linear in the row that is its mean over what may be.
struct ResponseFeatures: Sendable {
    static let shares = (expression: 0.8, features: 0.1, tissue: 0.1)
    /// A feature that fewer lines of the training have says nothing.
    private static let fewest = 5

    let genes: [String]
    let features: [String]
    let tissues: [String]
    /// What is taken away from each gene, feature and tissue, and what multiplies it afterwards.
    let means: [Double]
    let scales: [Double]
    /// What the columns of ``features`` are about.
    let kinds: [ProfileFeature]

    var count: Int { means.count }
    /// The places of the features and of the tissues in a row; those of the genes are before.
    var featurePlaces: Range<Int> { genes.count..<(genes.count + features.count) }

    init(genes: [String], features: [String], tissues: [String], means: [Double], scales: [Double]) {
        (self.genes, self.features, self.tissues, self.means, self.scales) = (genes, features, tissues, means, scales)
        kinds = features.map(ProfileFeature.init)
    }

    init(_ profiles: [CellProfiles.Profile], genes: [String], features: [String]) {
        let levels = profiles.compactMap(\.expression)
        var (means, scales): ([Double], [Double]) = ([], [])
        for gene in genes.indices {
            let (mean, deviation) = Self.moments(levels.map { Double($0[gene]) })
            means.append(mean)
            scales.append(deviation > 0 ? 1 / deviation : 0)
        }
        let varying = max(1, scales.count { $0 > 0 })
        for gene in genes.indices { scales[gene] *= (Self.shares.expression / Double(varying)).squareRoot() }
        var (ofFeature, total): ([Double], Double) = ([], 0)
        for place in features.indices {
            let values = profiles.map { Double($0.features[place]) }
            let (mean, deviation) = Self.moments(values)
            means.append(mean)
            let isKnown = profiles.count { $0.features[place] != 0 } >= Self.fewest
            ofFeature.append(isKnown ? 1 : 0)
            total += isKnown ? deviation * deviation : 0
        }
        let scale = total > 0 ? (Self.shares.features / total).squareRoot() : 0
        let tissues = Set(profiles.map(\.tissue)).subtracting([""]).sorted()
        for tissue in tissues {
            means.append(Double(profiles.count { $0.tissue == tissue }) / Double(max(1, profiles.count)))
        }
        self.init(
            genes: genes, features: features, tissues: tissues, means: means,
            scales: scales + ofFeature.map { $0 * scale } + tissues.map { _ in Self.shares.tissue.squareRoot() })
    }

    /// The row of a profile.
    func row(_ profile: ResponseProfile) -> [Double] {
        var row: [Double] = []
        row.reserveCapacity(count)
        for value in profile.expression + profile.features {
            let place = row.count
            row.append(value.map { ($0 - means[place]) * scales[place] } ?? 0)
        }
        guard let tissue = profile.tissue, tissues.contains(tissue) else { return row + tissues.map { _ in 0 } }
        for name in tissues {
            let place = row.count
            row.append(((name == tissue ? 1 : 0) - means[place]) * scales[place])
        }
        return row
    }

    private static func moments(_ values: [Double]) -> (mean: Double, deviation: Double) {
        guard !values.isEmpty else { return (0, 0) }
        let mean = values.reduce(0, +) / Double(values.count)
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
        return (mean, variance.squareRoot())
    }
}

extension ResponseFeatures {
    var tensors: [Safetensors.Tensor] {
        [
            .init(name: "genes", lines: genes), .init(name: "features", lines: features),
            .init(name: "tissues", lines: tissues), .init(name: "means", doubles: means),
            .init(name: "scales", doubles: scales),
        ]
    }

    init(_ file: PackageTensors) throws(DrugError) {
        let (genes, features) = (try file.lines("genes"), try file.lines("features"))
        let tissues = try file.lines("tissues")
        let count = genes.count + features.count + tissues.count
        self.init(
            genes: genes, features: features, tissues: tissues, means: try file.doubles("means", count: count),
            scales: try file.doubles("scales", count: count))
    }
}
