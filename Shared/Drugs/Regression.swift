/// Figures of predicted numbers.
enum Regression {
    static func rootMeanSquare(_ errors: [Double]) -> Double {
        (errors.reduce(0) { $0 + $1 * $1 } / Double(max(1, errors.count))).squareRoot()
    }

    /// Pearson's correlation; nil where either side is one number alone.
    static func correlation(_ a: [Double], _ b: [Double]) -> Double? {
        guard a.count == b.count, a.count > 1 else { return nil }
        let (meanA, meanB) = (a.reduce(0, +) / Double(a.count), b.reduce(0, +) / Double(b.count))
        var (together, ofA, ofB) = (0.0, 0.0, 0.0)
        for (x, y) in zip(a, b) {
            together += (x - meanA) * (y - meanB)
            ofA += (x - meanA) * (x - meanA)
            ofB += (y - meanB) * (y - meanB)
        }
        return ofA > 0 && ofB > 0 ? together / (ofA * ofB).squareRoot() : nil
    }
}
