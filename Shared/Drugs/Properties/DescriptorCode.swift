import NeuralNetwork

/// Descriptors as kernels read them: sign · log(1 + |value|), standardized and held to whole steps.
///
/// The steps, a few thousandths of a standard deviation, also swallow what the last digits of RDKit's sums may differ by between processors.
struct DescriptorCode: Sendable, Hashable {
    /// Codes of one standard deviation, and the largest one: values further away than this are taken as there.
    static let steps = 6000.0
    static let largest = 30_000.0

    /// The columns of ``Molecule/descriptorNames`` that differ between molecules at all.
    let columns: [Int]
    let means: [Double]
    let deviations: [Double]

    init(columns: [Int], means: [Double], deviations: [Double]) {
        (self.columns, self.means, self.deviations) = (columns, means, deviations)
    }

    /// From the molecules that a model is fitted to.
    init(_ rows: [[Double]]) {
        var (columns, means, deviations): ([Int], [Double], [Double]) = ([], [], [])
        let count = Double(max(1, rows.count))
        for column in 0..<(rows.first?.count ?? 0) {
            let values = rows.map { Self.compressed($0[column]) }
            let mean = values.reduce(0, +) / count
            let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
            guard variance > 1e-12 else { continue }
            columns.append(column)
            means.append(mean)
            deviations.append(variance.squareRoot())
        }
        self.init(columns: columns, means: means, deviations: deviations)
    }

    func code(_ row: [Double]) -> [Int16] {
        columns.indices.map { index in
            let value = (Self.compressed(row[columns[index]]) - means[index]) / deviations[index] * Self.steps
            return Int16(min(Self.largest, max(-Self.largest, value)).rounded())
        }
    }

    private static func compressed(_ value: Double) -> Double {
        let size = PortableMath.log(1 + abs(value))
        return value < 0 ? -size : size
    }
}
