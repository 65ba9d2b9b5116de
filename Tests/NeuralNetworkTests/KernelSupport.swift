import CKernels
import Testing

@testable import NeuralNetwork

/// `output[m][n] = bias[n] + a[m][k] · b[k][n]` through packing and the kernel.
func multiply(
    _ a: [Float], _ b: [Float], _ bias: [Float], m: Int, k: Int, n: Int, level: SIMDLevel, into output: inout [Float]
) throws {
    let packed = packedWeights(b, k: k, n: n)
    try Kernels(level).product(
        a, stride: k, packed: packed, bias: bias, into: &output, stride: n, m: m, k: k, n: n)
}

/// `b[k][n]` in panels.
func packedWeights(_ b: [Float], k: Int, n: Int) -> [Float] {
    var packed = [Float](repeating: .nan, count: ck_packed_count(k, n))
    ck_pack(b, n, 1, k, n, &packed)
    return packed
}

/// The place of `b[row][column]` in panels.
func packedIndex(_ row: Int, _ column: Int, k: Int) -> Int {
    let panel = Int(ck_panel)
    return (column / panel * k + row) * panel + column % panel
}

/// Runs a kernel of every instruction set on copies of `buffers`, expects the same bytes in all of them, and returns them.
@discardableResult
func sameBytes(
    _ buffers: [[Float]], sourceLocation: SourceLocation = #_sourceLocation,
    _ body: (ck_kernels, [UnsafeMutablePointer<Float>]) -> Void
) throws -> [[Float]] {
    var first: [[Float]]?
    for level in SIMDLevel.supported {
        let copies = buffers.map { values in
            let copy = FloatBuffer(count: values.count)
            copy.base.update(from: values, count: values.count)
            return copy
        }
        body(try Kernels(level).functions, copies.map(\.base))
        let results = copies.map { Array($0.values) }
        let expected = first ?? results
        first = expected
        for (index, result) in results.enumerated() {
            #expect(bits(result) == bits(expected[index]), "\(level) buffer \(index)", sourceLocation: sourceLocation)
        }
    }
    return first ?? []
}

func bits(_ values: some Sequence<Float>) -> [UInt32] { values.map(\.bitPattern) }
