import Foundation

/// Tests on two classifiers' calls of the same examples, and what they need of the normal and χ² distributions.
enum PairedTests {
    /// Tests whether both call each class equally often (marginal homogeneity; Stuart 1955, Maxwell 1970).
    ///
    /// `table` has the one's calls by row and the other's by column. Returns the probability of a difference at least this
    /// large between versions that call alike. With fewer than 25 disagreements χ² is a poor approximation: then it is the
    /// least of the classes' exact McNemar probabilities times their number. `designEffect` divides the statistic where
    /// examples are not independent (Rao and Scott 1981).
    static func marginalHomogeneity(_ table: [[Int]], designEffect: Double = 1) -> Double {
        let discordant = table.joined().reduce(0, +) - table.indices.reduce(0) { $0 + table[$1][$1] }
        guard discordant >= 25 else {
            let each = table.indices.map { mcNemar(table, class: $0) }
            return min(1, Double(table.count) * (each.min() ?? 1))
        }
        let (d, s) = differences(table)
        let (a, b, c) = (s[0][0], s[0][1], s[1][1])
        let determinant = a * c - b * b
        if determinant > 0 {
            let statistic = (c * d[0] * d[0] - 2 * b * d[0] * d[1] + a * d[1] * d[1]) / determinant
            return exp(-statistic / designEffect / 2)
        }
        // One class is never in dispute: two are left, and the test is McNemar's.
        let statistic = a > 0 ? d[0] * d[0] / a : d[1] * d[1] / c
        return erfc((statistic / designEffect / 2).squareRoot())
    }

    /// How often each class is called more (+) or less by the columns' classifier, as a share of all examples.
    static func shifts(_ table: [[Int]]) -> [Double] {
        let total = Double(max(1, table.joined().reduce(0, +)))
        return table.indices.map { index in
            let column = table.reduce(0) { $0 + $1[index] }
            return Double(column - table[index].reduce(0, +)) / total
        }
    }

    /// Tests whether, of the examples that only one of them puts into a class, each puts as many (McNemar 1947, exact).
    static func mcNemar(_ table: [[Int]], class index: Int) -> Double {
        let row = table[index].reduce(0, +) - table[index][index]
        let column = table.reduce(0) { $0 + $1[index] } - table[index][index]
        let n = row + column
        if n == 0 { return 1 }
        // The terms of the binomial distribution of n tosses, from the one without heads on; sums of logarithms do not underflow.
        var (term, tail) = (-Double(n) * log(2.0), 0.0)
        for k in 0...min(row, column) {
            tail += exp(term)
            term += log(Double(n - k)) - log(Double(k + 1))
        }
        return min(1, 2 * tail)
    }

    /// Wilson's interval (1927) of a share, `z` standard deviations to each side; `n` need not be whole.
    static func wilson(share p: Double, n: Double, z: Double) -> ClosedRange<Double> {
        guard n > 0 else { return 0...1 }
        let (square, scale) = (z * z, 1 + z * z / n)
        let centre = (p + square / (2 * n)) / scale
        let reach = z / scale * (p * (1 - p) / n + square / (4 * n * n)).squareRoot()
        return max(0, centre - reach)...min(1, centre + reach)
    }

    /// The number that a standard normal variable exceeds with this probability, for 0 < probability < 1.
    static func normalQuantile(exceededWith probability: Double) -> Double {
        var (low, high) = (-40.0, 40.0)
        for _ in 0..<80 {
            let middle = (low + high) / 2
            if normalTail(middle) > probability { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }

    /// The probability that a standard normal variable exceeds `z`.
    static func normalTail(_ z: Double) -> Double { erfc(z / 2.0.squareRoot()) / 2 }

    /// Differences of the marginals of the first two of three classes, and their covariances.
    private static func differences(_ table: [[Int]]) -> (d: [Double], s: [[Double]]) {
        precondition(table.count == 3 && table.allSatisfy { $0.count == 3 })
        let rows = table.map { Double($0.reduce(0, +)) }
        let columns = (0..<3).map { column in Double(table.reduce(0) { $0 + $1[column] }) }
        func covariance(_ i: Int, _ j: Int) -> Double {
            i == j ? rows[i] + columns[i] - 2 * Double(table[i][i]) : -Double(table[i][j] + table[j][i])
        }
        return (
            (0..<2).map { rows[$0] - columns[$0] }, (0..<2).map { i in (0..<2).map { covariance(i, $0) } }
        )
    }
}
