import LinearAlgebra
import NeuralNetwork

/// How far a profile lies from those of the training, in units of how far lines lie that were held out.
///
/// Of expression two distances count: within the space of the training's leading principal components, in units of their variances (Mahalanobis), and what is
/// outside of it. Of mutations and copy numbers it is how much is altered. A profile further out than 99.5 % of held-out lines is one that nothing is known of.
struct ProfileNovelty: Sendable {
    /// What is measured; the limits are of held-out lines.
    struct Measures: Sendable, Hashable, Codable {
        /// Mean square of the components' scores over their variances; nil without expression.
        var within: Double?
        /// Square of what is outside, over its mean; nil without expression, and where nothing is outside.
        var outside: Double?
        /// Sum of squares of the features' deviations over its mean.
        var altered: Double
    }

    struct Head: Sendable, Codable {
        var variances: [Double]
        var outside: Double
        /// The largest that are usual, and of ``Measures/within`` the least too.
        var limits = Measures(
            within: .greatestFiniteMagnitude, outside: .greatestFiniteMagnitude, altered: .greatestFiniteMagnitude)
        var least = 0.0
    }

    private static let components = 64
    private static let usual = 0.995

    var head: Head
    /// A component a row, a gene a column.
    private let loadings: StepMatrix
    private let spreads: [Double]

    /// Takes rows of an encoding, of which those with expression are told by `isTold`.
    init(_ encoding: ResponseFeatures, rows: [[Double]], isTold: [Bool]) throws {
        let genes = encoding.genes.count
        let levels = zip(rows, isTold).filter(\.1).map { Array($0.0.prefix(genes)) }
        let count = min(Self.components, genes, levels.count / 4)
        if count > 0 {
            let matrix = Matrix(levels)
            let found = try PrincipalComponents(
                gram: matrix.times(matrix, otherTransposed: true), count: count)
            let kept = found.eigenvalues.count { $0 > 1e-9 * found.total }
            var axes = try found.vectors.prefix(columns: kept).times(matrix, transposed: true)
            for row in 0..<kept {
                for column in 0..<genes { axes[row, column] /= found.eigenvalues[row].squareRoot() }
            }
            loadings = StepMatrix(axes)
            let rest = found.total - found.eigenvalues.prefix(kept).reduce(0, +)
            head = Head(
                variances: found.eigenvalues.prefix(kept).map { $0 / Double(levels.count) },
                outside: rest > 1e-6 * found.total ? rest / Double(levels.count) : 0)
        } else {
            loadings = StepMatrix(Matrix(rows: 0, columns: genes))
            head = Head(variances: [], outside: 0)
        }
        spreads = encoding.featurePlaces.map { place in
            rows.reduce(0) { $0 + $1[place] * $1[place] } / Double(max(1, rows.count))
        }
    }

    /// Measures a row; features that are not told count as usual.
    func measure(_ row: [Double], _ profile: ResponseProfile, hasExpression: Bool) -> Measures {
        let genes = profile.expression.count
        var measures = Measures(altered: 0)
        if hasExpression, !head.variances.isEmpty {
            let levels = row.prefix(genes)
            var (within, inside) = (0.0, 0.0)
            for (place, variance) in head.variances.enumerated() {
                let score = zip(loadings.matrix.row(place), levels).reduce(0) { $0 + $1.0 * $1.1 }
                within += score * score / variance
                inside += score * score
            }
            measures.within = within / Double(head.variances.count)
            let all = levels.reduce(0) { $0 + $1 * $1 }
            if head.outside > 0 { measures.outside = max(0, all - inside) / head.outside }
        }
        let total = spreads.reduce(0, +)
        guard total > 0 else { return measures }
        let sum = profile.features.indices.reduce(0.0) { sum, place in
            let own = row[genes + place]
            return sum + (profile.features[place] == nil ? spreads[place] : own * own)
        }
        measures.altered = sum / total
        return measures
    }

    /// Sets the limits from measures of lines that were held out.
    mutating func calibrate(_ held: [Measures]) {
        func limit(_ values: [Double], _ share: Double) -> Double? {
            let place = Int((Double(values.count + 1) * share).rounded(.up)) - 1
            return values.isEmpty ? nil : values.sorted()[max(0, min(values.count - 1, place))]
        }
        let within = held.compactMap(\.within)
        if let value = limit(within, Self.usual) { head.limits.within = value }
        if let value = limit(held.compactMap(\.outside), Self.usual) { head.limits.outside = value }
        if let value = limit(held.map(\.altered), Self.usual), value > 0 { head.limits.altered = value }
        head.least = (limit(within, 1 - Self.usual) ?? 0) / 2
    }

    /// Why nothing is known of such a profile; empty for a usual one.
    func objections(_ measures: Measures) -> [String] {
        func text(_ what: String, _ value: Double?, _ limit: Double?) -> String? {
            guard let value, let limit, value > limit else { return nil }
            let times = (value / limit).squareRoot()
            let shown = times < 1e6 ? "\((times * 100).rounded() / 100)" : "over a million"
            return "\(what) \(shown) times as far out as the limit that 99.5 % of held-out lines keep"
        }
        var found = [
            text("expression is", measures.within, head.limits.within),
            text("expression has patterns that no line of the training has,", measures.outside, head.limits.outside),
            text("mutations and copy numbers are", measures.altered, head.limits.altered),
        ].compactMap { $0 }
        if let within = measures.within, within < head.least {
            found.append(
                "expression hardly differs from the mean line's: is it standardized within the sample, and are the genes the right ones?"
            )
        }
        return found
    }

    var tensors: [Safetensors.Tensor] {
        loadings.tensors("novelty.components") + [.init(name: "novelty.spreads", doubles: spreads)]
    }

    init(_ file: PackageTensors, head: Head, genes: Int, features: Int) throws(DrugError) {
        self.head = head
        loadings = try StepMatrix(file, "novelty.components", rows: head.variances.count, columns: genes)
        spreads = try file.doubles("novelty.spreads", count: features)
        guard head.variances.allSatisfy({ $0 > 0 && $0.isFinite }) else {
            throw DrugError("the variances of the package's components are not all above 0")
        }
    }
}
