import LinearAlgebra
import Statistics

/// Alterations whose effect on a drug's response is beyond doubt, adjusted for tissue and instability: BRAF's mutation and the inhibitors of BRAF.
///
/// Ridge regression shares such an effect out among all that goes with it, the tissue first. It is taken out before, one after the other, the surest
/// first, as long as a test holds among all drugs and features (Bonferroni), and drawn towards 0 by 1 - 1 / t² (James and Stein 1961, positive part).
enum CertainEffects {
    private static let (level, most, fewest) = (0.05, 5, 5.0)

    /// By drug: places of features and what they add to ln IC50.
    ///
    /// `responses` are those of each drug, by the places of `profiles`; features that are not `usable` are not looked at.
    static func find(
        _ profiles: [CellProfiles.Profile], features: [String], usable: [Bool],
        responses: [[(line: Int, value: Double)]]
    ) throws -> [[(feature: Int, effect: Double)]] {
        let places = features.indices.filter { usable[$0] && features[$0] != ProfileFeature.microsatellites }
        guard !places.isEmpty else { return responses.map { _ in [] } }
        let adjustment = TissueAdjustment(profiles, features: features)
        let columns = Matrix(profiles.map { profile in places.map { Double(profile.features[$0]) } })
        var squares = columns
        for index in squares.elements.indices { squares.elements[index] *= squares.elements[index] }
        let limit = level / Double(places.count * responses.count)
        return try responses.map { numbers in
            let adjusted = adjustment.adjusted(numbers)
            let (lines, width) = (profiles.count, adjusted.basis.count + 1)
            var right = Matrix(rows: lines, columns: width)
            for line in 0..<lines {
                right[line, 0] = adjusted.isMeasured[line] ? 1 : 0
                for (place, column) in adjusted.basis.enumerated() { right[line, place + 1] = column[line] }
            }
            let products = try columns.times(right, transposed: true)
            let wholes = try squares.times(
                Matrix(rows: lines, columns: 1, elements: adjusted.isMeasured.map { $0 ? 1 : 0 }), transposed: true)
            // What is left of each column when tissue and instability are taken out.
            let sizes = places.indices.map { column in
                (1..<width).reduce(wholes[column, 0]) { $0 - products[column, $1] * products[column, $1] }
            }
            var (left, found): ([Double], [(feature: Int, effect: Double)]) = (adjusted.values, [])
            let first = TissueAdjustment.dot(left, left)
            while found.count < most {
                let (total, freedom) = (TissueAdjustment.dot(left, left), adjusted.degreesOfFreedom - 1 - found.count)
                guard freedom > 10, total > 1e-9 * first else { break }
                let shared = try columns.times(
                    Matrix(rows: lines, columns: 1, elements: left), transposed: true)
                func gain(_ column: Int) -> Double {
                    guard products[column, 0] >= fewest, sizes[column] > 1e-6 * wholes[column, 0],
                        !found.contains(where: { $0.feature == places[column] })
                    else { return 0 }
                    return shared[column, 0] * shared[column, 0] / sizes[column]
                }
                let gains = places.indices.map(gain)
                guard let best = gains.indices.max(by: { gains[$0] < gains[$1] }), gains[best] > 0 else { break }
                let square = gains[best] / max(1e-12 * total, total - gains[best]) * Double(freedom)
                guard StudentT.twoSided(square.squareRoot(), degreesOfFreedom: freedom) < limit else { break }
                let effect = shared[best, 0] / sizes[best] * max(0, 1 - 1 / square)
                found.append((places[best], effect))
                // The column's own part in what is left: without what its tissues have.
                var column = (0..<lines).map { adjusted.isMeasured[$0] ? columns[$0, best] : 0 }
                TissueAdjustment.project(&column, outOf: adjusted.basis)
                for line in 0..<lines { left[line] -= effect * column[line] }
            }
            return found
        }
    }
}
