import CKernels
import Testing

@testable import NeuralNetwork

@Suite("Kernels of products")
struct KernelProductTests {
    struct Shape: CustomStringConvertible {
        let m: Int, k: Int, n: Int
        var description: String { "\(m)×\(k)×\(n)" }
    }

    /// Around the sizes of tiles, panels, blocks of rows and depths.
    static let shapes: [Shape] = [
        (1, 1, 1), (1, 7, 32), (1, 40, 300), (2, 9, 129), (3, 5, 128), (4, 3, 65), (5, 17, 64), (6, 2, 96), (7, 4, 31),
        (11, 8, 16), (12, 6, 33), (13, 5, 48), (25, 3, 20), (33, 10, 17), (75, 2, 9), (121, 6, 35), (241, 3, 8),
        (2, 2100, 5), (121, 1030, 3), (300, 5, 40), (4, 1010, 33), (257, 13, 2), (0, 3, 40),
    ].map { Shape(m: $0, k: $1, n: $2) }

    @Test("A product is one chain of fused multiply-adds per number, from every instruction set", arguments: shapes)
    func product(shape: Shape) throws {
        let (m, k, n) = (shape.m, shape.k, shape.n)
        // Rows of `a` overlap, as those of a convolution; rows of the output have a gap, which stays as it is.
        let (stride, outputStride) = (max(1, k / 2), n + 3)
        let a = noise(m * stride + k, seed: 1), b = noise(k * n, seed: 2), bias = noise(n, seed: 3)
        let output = noise(m * outputStride + 1, seed: 4), packed = packedWeights(b, k: k, n: n)
        var (plain, biased, added) = (output, output, output)
        for row in 0..<m {
            for column in 0..<n {
                func chain(_ start: Float) -> Float {
                    (0..<k).reduce(start) { $0.addingProduct(a[row * stride + $1], b[$1 * n + column]) }
                }
                let place = row * outputStride + column
                (plain[place], biased[place], added[place]) = (chain(0), chain(bias[column]), chain(output[place]))
            }
        }
        let results = try sameBytes([output, output, output]) { kernels, out in
            kernels.product(a, stride, packed, nil, out[0], outputStride, m, k, n)
            kernels.product(a, stride, packed, bias, out[1], outputStride, m, k, n)
            kernels.product_add(a, stride, packed, out[2], outputStride, m, k, n)
        }
        #expect(bits(results[0]) == bits(plain))
        #expect(bits(results[1]) == bits(biased))
        #expect(bits(results[2]) == bits(added))
    }

    @Test("A weight's gradient is one chain over the rows, and fills up the last panel with zeros", arguments: shapes)
    func gradient(shape: Shape) throws {
        let (m, k, n) = (shape.m, shape.k, shape.n)
        let (stride, bStride) = (max(1, k / 3), n + 2)
        let a = noise(m * stride + k, seed: 1), b = noise(m * bStride + n, seed: 2)
        let before = packedWeights(noise(k * n, seed: 3), k: k, n: n)
        var (new, added) = ([Float](repeating: 0, count: before.count), before)
        for row in 0..<k {
            for column in 0..<n {
                let place = packedIndex(row, column, k: k)
                func chain(_ start: Float) -> Float {
                    (0..<m).reduce(start) { $0.addingProduct(a[$1 * stride + row], b[$1 * bStride + column]) }
                }
                (new[place], added[place]) = (chain(0), chain(before[place]))
            }
        }
        // What is not added to is not read.
        let rubbish = [Float](repeating: .nan, count: before.count)
        let results = try sameBytes([rubbish, before]) { kernels, d in
            kernels.product_gradient(a, stride, b, bStride, d[0], m, k, n, false)
            kernels.product_gradient(a, stride, b, bStride, d[1], m, k, n, true)
        }
        #expect(bits(results[0]) == bits(new))
        #expect(bits(results[1]) == bits(added))
    }

    @Test("Packing, its inverse and transposes put every weight where it belongs", arguments: shapes.dropLast())
    func packing(shape: Shape) throws {
        let (k, n) = (shape.k, shape.m * 3)
        let b = noise(k * n, seed: 1), packed = packedWeights(b, k: k, n: n)
        var expected = [Float](repeating: 0, count: packed.count)
        for row in 0..<k {
            for column in 0..<n { expected[packedIndex(row, column, k: k)] = b[row * n + column] }
        }
        #expect(packed == expected)
        // The same from and to a matrix whose columns lie in memory one after the other.
        let columns = (0..<n).flatMap { column in (0..<k).map { b[$0 * n + column] } }
        var repacked = [Float](repeating: .nan, count: packed.count)
        ck_pack(columns, 1, k, k, n, &repacked)
        #expect(repacked == expected)
        var (rows, columnsAgain) = ([Float](repeating: 0, count: k * n), [Float](repeating: 0, count: k * n))
        ck_unpack(packed, k, n, &rows, n, 1)
        ck_unpack(packed, k, n, &columnsAgain, 1, k)
        #expect(rows == b)
        #expect(columnsAgain == columns)

        let first = k / 3, count = k - first
        var transposed = [Float](repeating: .nan, count: ck_packed_count(n, count))
        ck_pack_transposed(packed, k, n, first, count, &transposed)
        let part = (0..<n).flatMap { column in (first..<k).map { b[$0 * n + column] } }
        #expect(transposed == packedWeights(part, k: n, n: count))
    }

    @Test(
        "A convolution's weights are flipped for the gradient by its inputs",
        arguments: [(1, 1, 1), (3, 5, 34), (4, 33, 7)])
    func flipped(taps: Int, channels: Int, filters: Int) {
        let b = noise(taps * channels * filters, seed: 1)
        let packed = packedWeights(b, k: taps * channels, n: filters)
        var expected = [Float]()
        for tap in (0..<taps).reversed() {
            for filter in 0..<filters {
                expected += (0..<channels).map { b[(tap * channels + $0) * filters + filter] }
            }
        }
        var flipped = [Float](repeating: .nan, count: ck_packed_count(taps * filters, channels))
        ck_pack_flipped(packed, taps, channels, filters, &flipped)
        #expect(flipped == packedWeights(expected, k: taps * filters, n: channels))
    }
}
