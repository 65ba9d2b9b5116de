import LinearAlgebra
import NeuralNetwork

/// What a regression on another set of measurements says, put through a line: where a model begins that is fitted to what is left.
///
/// Sets differ in unit and in what they measured, so the line is fitted to the pairs of the model's own training.
struct EarlierAffinities: Sendable {
    /// What a package says of it.
    struct Head: Sendable, Codable {
        var mean: Double
        var profileMean: Double
        var settings: AffinityFitting.Settings
        var line: Line
    }

    /// From the earlier set's unit to the model's own.
    struct Line: Sendable, Codable {
        var offset: Double
        var slope: Double

        /// The line of least squares.
        init(from earlier: [Double], to values: [Double]) {
            let count = Double(max(1, values.count))
            let (x, y) = (earlier.reduce(0, +) / count, values.reduce(0, +) / count)
            var (together, alone) = (0.0, 0.0)
            for (one, other) in zip(earlier, values) {
                together += (one - x) * (other - y)
                alone += (one - x) * (one - x)
            }
            slope = alone > 0 ? together / alone : 0
            offset = y - slope * x
        }

        func callAsFunction(_ value: Double) -> Double { offset + slope * value }
    }

    let regression: AffinityRegression
    let line: Line

    init(_ regression: AffinityRegression, line: Line) { (self.regression, self.line) = (regression, line) }

    /// What it says of pairs that are read already.
    func value(_ drug: AffinityRegression.Reading, _ protein: AffinityRegression.Reading) -> Double {
        line(regression.value(drug, protein))
    }

    // MARK: In a package

    private static let prefix = "earlier."

    var head: Head {
        let fitted = regression.fitted
        return Head(mean: fitted.mean, profileMean: fitted.profileMean, settings: fitted.settings, line: line)
    }

    var tensors: [Safetensors.Tensor] {
        let fitted = regression.fitted
        return (fitted.tensors + StepMatrix(fitted.second).tensors("second")).map { tensor in
            Safetensors.Tensor(
                name: Self.prefix + tensor.name, dtype: tensor.dtype, shape: tensor.shape, bytes: tensor.bytes)
        }
    }

    init(_ package: PackageTensors, head: Head) throws {
        let file = package.part(Self.prefix)
        let fitted = try AffinityFitting.Fitted(
            file, settings: head.settings, profileMean: head.profileMean, mean: head.mean
        ) { rows, columns in try StepMatrix(file, "second", rows: rows, columns: columns).matrix }
        self.init(AffinityRegression(fitted), line: head.line)
    }
}
