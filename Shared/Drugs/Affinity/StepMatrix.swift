import LinearAlgebra
import NeuralNetwork

/// A matrix held to 65,535 even steps between its ends, as a package keeps it: two bytes a number.
struct StepMatrix: Sendable, Hashable {
    /// The numbers that the steps mean.
    let matrix: Matrix
    private let codes: [Int16]
    private let step: Double

    init(_ matrix: Matrix) {
        let largest = matrix.elements.reduce(0) { max($0, abs($1)) }
        let step = largest > 0 ? largest / 32_767 : 1
        self.init(
            codes: matrix.elements.map { Int16(($0 / step).rounded()) }, step: step, rows: matrix.rows,
            columns: matrix.columns)
    }

    private init(codes: [Int16], step: Double, rows: Int, columns: Int) {
        (self.codes, self.step) = (codes, step)
        matrix = Matrix(rows: rows, columns: columns, elements: codes.map { Double($0) * step })
    }

    func tensors(_ name: String) -> [Safetensors.Tensor] {
        [
            .init(name: name, numbers: codes, dtype: .i16, shape: [matrix.rows, matrix.columns]),
            .init(name: "\(name).step", doubles: [step]),
        ]
    }

    init(_ file: PackageTensors, _ name: String, rows: Int, columns: Int) throws(DrugError) {
        let codes: [Int16] = try file.numbers(name, .i16)
        guard codes.count == rows * columns else {
            throw DrugError("the tensor \(name) of the package is not \(rows) × \(columns) numbers")
        }
        self.init(
            codes: codes, step: try file.doubles("\(name).step", count: 1)[0], rows: rows, columns: columns)
    }
}
