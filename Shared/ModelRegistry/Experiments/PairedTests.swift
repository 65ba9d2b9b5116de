import Foundation
import Statistics

/// Tests on two classifiers' calls of the same examples.
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
        let (statistic, degrees) = stuartMaxwell(table)
        return ChiSquared.tail(statistic / designEffect, degreesOfFreedom: degrees)
    }

    /// dᵀ S⁻¹ d of the differences d of the marginals and their covariances S, and its degrees of freedom.
    ///
    /// S has no inverse: the differences sum to 0, within each group of classes that are taken for each other. The elimination leaves out
    /// what follows from the others, which changes nothing of the value.
    private static func stuartMaxwell(_ table: [[Int]]) -> (statistic: Double, degrees: Int) {
        let classes = table.indices
        let rows = table.map { Double($0.reduce(0, +)) }
        let columns = classes.map { column in Double(table.reduce(0) { $0 + $1[column] }) }
        var d = classes.map { rows[$0] - columns[$0] }
        var s = classes.map { i in
            classes.map { j in
                i == j ? rows[i] + columns[i] - 2 * Double(table[i][i]) : -Double(table[i][j] + table[j][i])
            }
        }
        var (statistic, degrees, left) = (0.0, 0, Array(classes))
        while let pivot = left.max(by: { s[$0][$0] < s[$1][$1] }), s[pivot][pivot] > 1e-9 * rows.reduce(0, +) {
            left.removeAll { $0 == pivot }
            // Cholesky's step: what the pivot says is taken out of the others.
            statistic += d[pivot] * d[pivot] / s[pivot][pivot]
            degrees += 1
            for i in left {
                let factor = s[i][pivot] / s[pivot][pivot]
                d[i] -= factor * d[pivot]
                for j in left { s[i][j] -= factor * s[pivot][j] }
            }
        }
        return (statistic, degrees)
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
}
