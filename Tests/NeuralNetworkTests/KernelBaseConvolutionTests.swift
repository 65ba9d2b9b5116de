import CKernels
import Testing

@testable import NeuralNetwork

@Suite("Kernels of convolution over bases")
struct KernelBaseConvolutionTests {
    struct Shape: CustomStringConvertible {
        let positions: Int, taps: Int, filters: Int, stride: Int, dilation: Int
        var window: Int { (taps - 1) * dilation + 1 }
        var description: String { "\(positions) positions, \(taps) taps, \(filters) filters, \(stride), \(dilation)" }
    }

    /// Around the sizes of tiles, chunks of positions, margins, and what one pass of taps or one stretch of codes holds.
    static let shapes: [Shape] = [
        (1, 1, 1, 1, 1), (12, 19, 32, 1, 1), (13, 4, 40, 1, 1), (31, 26, 5, 1, 1), (500, 13, 3, 1, 1),
        (40, 5, 33, 3, 1),
        (30, 7, 2, 1, 5), (30, 4, 3, 1, 17), (9, 3, 4, 1, 300), (11, 4, 3, 2, 9), (5, 300, 2, 1, 1), (3, 3, 2, 1, 1100),
        (2100, 2, 2, 1, 1),
    ].map { Shape(positions: $0, taps: $1, filters: $2, stride: $3, dilation: $4) }

    /// Codes of every kind: only letters, or one in nine any set of them, or padding on both sides.
    static func codes(_ count: Int, kind: Int) -> [UInt8] {
        var random = SplitMix64(seed: 7)
        return (0..<count).map { index in
            let (letter, any) = (UInt8(1) << UInt8(random.next() & 3), UInt8(random.next() & 15))
            if kind == 1 && random.next() % 9 == 0 { return any }
            return kind == 2 && (index < 3 || index + 3 > count) ? 0 : letter
        }
    }

    /// Each letter of a code and its share of the base.
    static func letters(_ code: UInt8) -> [(letter: Int, share: Float)] {
        (0..<4).filter { code >> UInt8($0) & 1 == 1 }.map { ($0, 1 / Float(code.nonzeroBitCount)) }
    }

    @Test("Columns of the weight are added tap by tap, from every instruction set", arguments: shapes, 0...2)
    func forward(shape: Shape, kind: Int) throws {
        let (k, filters, outputStride) = (shape.taps * 4, shape.filters, shape.filters + 1)
        let codes = Self.codes((shape.positions - 1) * shape.stride + shape.window, kind: kind)
        let weights = noise(k * filters, seed: 1), bias = noise(filters, seed: 2)
        let packed = packedWeights(weights, k: k, n: filters)
        let output = noise(shape.positions * outputStride, seed: 3)
        var expected = output
        for position in 0..<shape.positions {
            for filter in 0..<filters {
                var sum = bias[filter]
                for tap in 0..<shape.taps {
                    for (letter, share) in Self.letters(codes[position * shape.stride + tap * shape.dilation]) {
                        sum.addProduct(share, weights[(tap * 4 + letter) * filters + filter])
                    }
                }
                expected[position * outputStride + filter] = sum
            }
        }
        let results = try sameBytes([output]) { kernels, out in
            kernels.base_convolution(
                codes, shape.stride, shape.dilation, packed, bias, out[0], outputStride, shape.positions,
                shape.taps, filters)
        }
        #expect(bits(results[0]) == bits(expected))
    }

    @Test(
        "The weight's gradient adds up positions in their order, from every instruction set", arguments: shapes, 0...2)
    func backward(shape: Shape, kind: Int) throws {
        let (k, filters, stride) = (shape.taps * 4, shape.filters, shape.filters + 1)
        let codes = Self.codes((shape.positions - 1) * shape.stride + shape.window, kind: kind)
        let dOutput = noise(shape.positions * stride, seed: 1)
        let before = packedWeights(noise(k * filters, seed: 2), k: k, n: filters)
        var expected = before
        for position in 0..<shape.positions {
            for tap in 0..<shape.taps {
                for (letter, share) in Self.letters(codes[position * shape.stride + tap * shape.dilation]) {
                    for filter in 0..<filters {
                        expected[packedIndex(tap * 4 + letter, filter, k: k)]
                            .addProduct(share, dOutput[position * stride + filter])
                    }
                }
            }
        }
        let results = try sameBytes([before]) { kernels, d in
            kernels.base_convolution_gradient(
                codes, shape.stride, shape.dilation, dOutput, stride, d[0], shape.positions, shape.taps, filters)
        }
        #expect(bits(results[0]) == bits(expected))
    }
}
