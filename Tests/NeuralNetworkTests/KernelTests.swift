import CKernels
import Foundation
import Testing

@testable import NeuralNetwork

@Suite("Kernels")
struct KernelTests {
    /// Around the widths of vectors and of the blocks that sums run in.
    static let widths = [1, 2, 3, 7, 8, 15, 16, 17, 31, 33, 64, 75, 130, 257]

    @Test("Every function of one number gives the same bytes, and may write where it reads", arguments: widths)
    func maps(count: Int) throws {
        let x = noise(count, seed: 1).map { $0 * 9 }, dy = noise(count, seed: 2)
        for index in 0..<6 {
            let results = try sameBytes([x, x]) { kernels, buffers in
                let maps = [kernels.exp, kernels.relu, kernels.tanh, kernels.sigmoid, kernels.gelu, kernels.selu]
                maps[index](x, buffers[0], count)
                maps[index](buffers[1], buffers[1], count)
            }
            #expect(results[0] == results[1])
            guard index > 0 else { continue }
            let gradients = try sameBytes([dy, dy]) { kernels, buffers in
                let backward = [
                    kernels.relu_backward, kernels.tanh_backward, kernels.sigmoid_backward, kernels.gelu_backward,
                    kernels.selu_backward,
                ][index - 1]
                backward(x, results[0], dy, buffers[0], count)
                backward(x, results[0], buffers[1], buffers[1], count)
            }
            #expect(gradients[0] == gradients[1])
        }
    }

    @Test("Softmax adds up to one, backward is its derivative, and both may write where they read", arguments: widths)
    func softmax(width: Int) throws {
        let rows = 5, x = noise(rows * width, seed: 1).map { $0 * 20 }, dy = noise(rows * width, seed: 2)
        let results = try sameBytes([x, x]) { kernels, y in
            kernels.softmax(x, y[0], rows, width)
            kernels.softmax(y[1], y[1], rows, width)
        }
        #expect(results[0] == results[1])
        let y = results[0]
        let gradients = try sameBytes([dy, dy]) { kernels, dx in
            kernels.softmax_backward(y, dy, dx[0], rows, width)
            kernels.softmax_backward(y, dx[1], dx[1], rows, width)
        }
        #expect(gradients[0] == gradients[1])
        for row in 0..<rows {
            let range = row * width..<(row + 1) * width
            let sum = range.reduce(0) { $0 + Double(y[$1]) }
            let product = range.reduce(0) { $0 + Double(y[$1]) * Double(dy[$1]) }
            #expect(abs(sum - 1) < 1e-5)
            #expect(
                range.allSatisfy { abs(Double(y[$0]) * (Double(dy[$0]) - product) - Double(gradients[0][$0])) < 1e-6 })
        }
    }

    @Test("Steps of recurrent layers give the same bytes", arguments: widths)
    func recurrent(hidden: Int) throws {
        let rows = 3, stride = hidden + 1, wide = 4 * hidden + 2
        let gates = noise(rows * wide, seed: 1), state = noise(rows * stride, seed: 2)
        let dNext = noise(rows * stride, seed: 3), dState = noise(rows * hidden, seed: 4)
        let empty = [Float](repeating: 0, count: rows * stride)
        let gru = try sameBytes([empty, [Float](repeating: 0, count: rows * wide), empty]) { kernels, out in
            kernels.gru_step(gates, wide, gates, state, stride, out[0], stride, out[1], wide, rows, hidden)
            kernels.gru_step(gates, wide, gates, state, stride, out[2], stride, nil, 0, rows, hidden)
        }
        #expect(gru[0] == gru[2])
        try sameBytes([gru[1], dState, gates]) { kernels, out in
            kernels.gru_step_backward(
                out[0], wide, state, stride, dNext, stride, out[1], out[2], wide, rows, hidden)
        }
        let fromZero = try sameBytes([empty, empty, empty, gru[1], gates]) { kernels, out in
            kernels.gru_step(gates, wide, gates, nil, 0, out[0], stride, nil, 0, rows, hidden)
            kernels.gru_step(gates, wide, gates, empty, stride, out[1], stride, nil, 0, rows, hidden)
            kernels.gru_step(gates, wide, gates, nil, 0, out[2], stride, out[3], wide, rows, hidden)
            kernels.gru_step_backward(out[3], wide, nil, 0, dNext, stride, out[2], out[4], wide, rows, hidden)
        }
        #expect(fromZero[0] == fromZero[1])
        let lstm = try sameBytes([gates, empty, empty, gates, state, empty]) { kernels, out in
            kernels.lstm_step(out[0], wide, state, stride, out[1], stride, out[2], stride, rows, hidden)
            // The new cell takes the old one's place.
            kernels.lstm_step(out[3], wide, out[4], stride, out[4], stride, out[5], stride, rows, hidden)
        }
        #expect(lstm[0] == lstm[3] && lstm[2] == lstm[5])
        let fromNothing = try sameBytes([gates, empty, empty, gates, empty, empty]) { kernels, out in
            kernels.lstm_step(out[0], wide, nil, 0, out[1], stride, out[2], stride, rows, hidden)
            kernels.lstm_step(out[3], wide, empty, stride, out[4], stride, out[5], stride, rows, hidden)
        }
        #expect(Array(fromNothing[0..<3]) == Array(fromNothing[3...]))
        try sameBytes([lstm[0], dState]) { kernels, out in
            kernels.lstm_step_backward(
                out[0], wide, state, stride, lstm[1], stride, dNext, stride, dState, out[1], rows, hidden)
        }
        try sameBytes([lstm[0], dState]) { kernels, out in
            kernels.lstm_step_backward(
                out[0], wide, nil, 0, lstm[1], stride, dNext, stride, dState, out[1], rows, hidden)
        }
    }

    @Test("A step of a long short-term memory is what its equations say")
    func lstmEquations() throws {
        let hidden = 19, gates = noise(4 * hidden, seed: 1).map { 3 * $0 }, cell = noise(hidden, seed: 2)
        let empty = [Float](repeating: 0, count: hidden)
        let results = try sameBytes([gates, empty, empty]) { kernels, out in
            kernels.lstm_step(out[0], 4 * hidden, cell, hidden, out[1], hidden, out[2], hidden, 1, hidden)
        }
        func sigmoid(_ x: Float) -> Double { 1 / (1 + exp(-Double(x))) }
        for i in 0..<hidden {
            let next =
                sigmoid(gates[hidden + i]) * Double(cell[i]) + sigmoid(gates[i]) * tanh(Double(gates[2 * hidden + i]))
            #expect(abs(Double(results[1][i]) - next) < 1e-6)
            #expect(abs(Double(results[2][i]) - sigmoid(gates[3 * hidden + i]) * tanh(next)) < 1e-6)
        }
    }

    @Test("Normalizations give the same bytes, and moments are those of doubles", arguments: widths)
    func normalization(width: Int) throws {
        // Of several blocks of rows.
        let rows = 150
        // A mean far from zero: the squares of single numbers would leave no digit of the variance.
        let x = noise(rows * width, seed: 1).map { $0 + 1000 }
        let dy = noise(rows * width, seed: 2), weight = noise(width, seed: 3), bias = noise(width, seed: 4)
        let empty = [Float](repeating: 0, count: width)
        let moments = try sameBytes([empty, empty]) { $0.column_moments(x, rows, width, $1[0], $1[1]) }
        for column in 0..<width {
            let values = (0..<rows).map { Double(x[$0 * width + column]) }
            let mean = values.reduce(0, +) / Double(rows)
            let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(rows)
            #expect(abs(Double(moments[0][column]) - mean) < 1e-4)
            #expect(abs(Double(moments[1][column]) - variance) < 1e-7)
        }
        try sameBytes([x, x]) { kernels, y in
            kernels.scale_columns(x, weight, bias, y[0], rows, width)
            kernels.scale_columns(y[1], weight, bias, y[1], rows, width)
        }
        try sameBytes([weight, bias, dy]) { kernels, out in
            kernels.batch_norm_sums(x, moments[0], weight, dy, out[0], out[1], rows, width)
            kernels.batch_norm_backward(x, moments[0], weight, bias, out[0], out[1], out[2], out[2], rows, width)
        }
        let layer = try sameBytes([x, [Float](repeating: 0, count: 2 * rows)]) { kernels, out in
            kernels.layer_norm(x, weight, bias, 1e-5, out[0], out[1], rows, width)
        }
        try sameBytes([dy, weight, bias]) { kernels, out in
            kernels.layer_norm_backward(x, weight, layer[1], dy, out[0], out[1], out[2], rows, width)
        }
    }

    @Test(
        "The greatest of a window receives its gradient, the first of equals", arguments: widths,
        [(3, 2), (2, 2), (4, 5)])
    func pooling(channels: Int, window: (kernel: Int, stride: Int)) throws {
        let positions = 6, (kernel, stride) = window
        let count = (positions - 1) * stride + kernel
        // Few different numbers, so that many are equal.
        let x = noise(count * channels, seed: 1).map { ($0 * 2).rounded() }
        let dy = noise(positions * channels, seed: 2), dx = noise(count * channels, seed: 3)
        let results = try sameBytes([dy, dx]) { kernels, out in
            kernels.max_pool(x, out[0], positions, kernel, stride, channels)
            kernels.max_pool_backward(x, out[0], dy, out[1], positions, kernel, stride, channels)
        }
        var (y, expected) = (dy, dx)
        for position in 0..<positions {
            for channel in 0..<channels {
                let places = (0..<kernel).map { (position * stride + $0) * channels + channel }
                let first = places.first { place in places.allSatisfy { x[$0] <= x[place] } }!
                y[position * channels + channel] = x[first]
                expected[first] += dy[position * channels + channel]
            }
        }
        #expect(results[0] == y)
        #expect(results[1] == expected)
    }

    @Test("Steps of optimizers and sums give the same bytes", arguments: widths)
    func training(count: Int) throws {
        let parameters = noise(count, seed: 1), gradients = noise(count, seed: 2), m = noise(count, seed: 3)
        let v = noise(count, seed: 4).map { $0 * $0 }
        try sameBytes([parameters, m, v]) { kernels, out in
            kernels.adam_step(
                out[0], gradients, out[1], out[2], 0.5, 0.9, 0.999, 1e-8, 1e-3, 0.7, 0.01, 0.99, count)
        }
        for (nesterov, first) in [(false, false), (false, true), (true, false), (true, true)] {
            try sameBytes([parameters, m]) { kernels, out in
                kernels.sgd_step(out[0], gradients, out[1], 0.5, 0.9, 1e-2, 1e-3, nesterov, first, count)
            }
        }
        let sums = try sameBytes([parameters, m, [0]]) { kernels, out in
            kernels.lerp(gradients, out[0], 0.3, count)
            kernels.add_rows(gradients, out[1], 1, count)
            out[2].pointee = Float(kernels.square_sum(gradients, count))
        }
        let squares = gradients.reduce(0) { $0 + Double($1) * Double($1) }
        #expect(abs(Double(sums[2][0]) - squares) <= 1e-7 * squares)
        #expect(sums[1] == zip(m, gradients).map { $0 + $1 })
    }
}
