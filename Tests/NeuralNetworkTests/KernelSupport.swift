import CKernels

@testable import NeuralNetwork

/// `output[m][n] = bias[n] + a[m][k] · b[k][n]` through packing and the kernel.
func multiply(
    _ a: [Float], _ b: [Float], _ bias: [Float], m: Int, k: Int, n: Int, level: SIMDLevel, into output: inout [Float]
) throws {
    let packed = FloatBuffer(count: ck_packed_count(k, n))
    ck_pack(b, n, 1, k, n, packed.base)
    try Kernels(level).product(
        a, stride: k, packed: packed.pointer, bias: bias, into: &output, stride: n, m: m, k: k, n: n)
}
