import LinearAlgebra
import NeuralNetwork

/// How profiles become rows of numbers: expression standardized, the rest centred, each kind with its share of a row's length.
///
/// The product of two rows is the kernel of their lines: 0.8 for expression, 0.1 for mutations and copy numbers, 0.1 for the same tissue.
struct ResponseFeatures: Sendable {
    private static let shares = (expression: 0.8, features: 0.1, tissue: 0.1)
    /// A feature that fewer lines of the training have says nothing.
    private static let fewest: Float = 5

    let genes: [String]
    let features: [String]
    let tissues: [String]
    /// What is taken away from each gene and feature, and what multiplies it afterwards.
    let means: [Double]
    let scales: [Double]

    var count: Int { means.count + tissues.count }
    /// The name of each number.
    var names: [String] { genes + features + tissues }

    init(genes: [String], features: [String], tissues: [String], means: [Double], scales: [Double]) {
        (self.genes, self.features, self.tissues, self.means, self.scales) = (genes, features, tissues, means, scales)
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
            let isKnown = profiles.count { $0.features[place] != 0 } >= Int(Self.fewest)
            ofFeature.append(isKnown ? 1 : 0)
            total += isKnown ? deviation * deviation : 0
        }
        let scale = total > 0 ? (Self.shares.features / total).squareRoot() : 0
        self.init(
            genes: genes, features: features, tissues: Set(profiles.map(\.tissue)).subtracting([""]).sorted(),
            means: means, scales: scales + ofFeature.map { $0 * scale })
    }

    /// The row of a profile; expression that is not told is that of the mean line.
    func row(_ profile: CellProfiles.Profile) -> [Double] {
        var row: [Double] = []
        row.reserveCapacity(count)
        for gene in genes.indices {
            row.append(profile.expression.map { (Double($0[gene]) - means[gene]) * scales[gene] } ?? 0)
        }
        for place in features.indices {
            let index = genes.count + place
            row.append((Double(profile.features[place]) - means[index]) * scales[index])
        }
        let tissue = Self.shares.tissue.squareRoot()
        return row + tissues.map { $0 == profile.tissue ? tissue : 0 }
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
        let count = genes.count + features.count
        self.init(
            genes: genes, features: features, tissues: try file.lines("tissues"),
            means: try file.doubles("means", count: count), scales: try file.doubles("scales", count: count))
    }
}
