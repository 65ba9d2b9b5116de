import Testing

@testable import NeuralNetwork

/// One batch's forward and backward pass.
struct GradientProbe {
    let network: Network
    let count: Int
    let pass: ShardPass

    init(_ network: Network, input: [Float], count: Int) throws {
        self.network = network
        self.count = count
        pass = ShardPass(network.stack, kernels: try Kernels(), capacity: count)
        _ = pass.input.buffer.update(fromContentsOf: input)
    }

    func output() -> [Float] {
        let packed = FloatBuffer(count: network.stack.packedCount)
        network.stack.pack(network.storage.pointer, into: packed.base)
        pass.forward(count: count, parameters: network.storage, packed: packed, random: (1, 2, 3))
        return Array(UnsafeBufferPointer(start: pass.logits, count: count * network.stack.outputCount))
    }

    func gradients(dOutput: [Float]) throws -> (parameters: [Float], input: [Float]) {
        _ = output()
        let dParameters = FloatBuffer(count: network.parameterCount)
        let dInput = FloatBuffer(count: pass.input.count)
        _ = pass.dLogits.buffer.update(fromContentsOf: dOutput)
        pass.backward(count: count, parameters: network.storage, dParameters: dParameters.base, dInput: dInput.base)
        return (Array(dParameters.values), Array(dInput.values))
    }
}

@Suite("Gradients")
struct GradientTests {
    static let architectures: [Architecture] = [
        Architecture(input: [5], layers: [.linear(outputs: 3)]),
        Architecture(input: [4, 5], layers: [.linear(outputs: 3)]),
        Architecture(input: [9, 3], layers: [.conv1d(filters: 4, kernel: 3, padding: 1)]),
        Architecture(input: [9, 3], layers: [.conv1d(filters: 4, kernel: 4, stride: 2)]),
        Architecture(input: [9, 3], layers: [.conv1d(filters: 4, kernel: 3, stride: 3, padding: 2, dilation: 2)]),
        Architecture(input: [6, 3], layers: [.gru(hidden: 4)]),
        Architecture(input: [6, 3], layers: [.gru(hidden: 4, bidirectional: true), .gru(hidden: 2)]),
        Architecture(input: [4, 4], layers: [.relu]),
        Architecture(input: [4, 4], layers: [.gelu]),
        Architecture(input: [4, 4], layers: [.tanh]),
        Architecture(input: [4, 4], layers: [.sigmoid]),
        Architecture(input: [7, 3], layers: [.maxPool1d(kernel: 3, stride: 2)]),
        Architecture(input: [7, 3], layers: [.averagePool]),
        Architecture(input: [7, 3], layers: [.select(position: 6)]),
        Architecture(input: [3, 21], layers: [.layerNorm()]),
        Architecture(
            input: [4, 4], layers: [.linear(outputs: 4), .dropout(rate: 0.4), .flatten, .linear(outputs: 2)]),
    ]

    @Test("Backward is the slope of forward", arguments: architectures)
    func finiteDifferences(architecture: Architecture) throws {
        let network = try Network(architecture, seed: 3)
        let count = 3
        let probe = try GradientProbe(network, input: noise(count * network.stack.inputCount), count: count)
        let dOutput = noise(count * network.stack.outputCount, seed: 8)
        let (dParameters, dInput) = try probe.gradients(dOutput: dOutput)

        // Central differences of a float function: the step is a compromise between curvature and rounding.
        let step: Float = 4e-3
        func slope(_ at: UnsafeMutablePointer<Float>) -> Double {
            let value = at.pointee
            func objective(_ x: Float) -> Double {
                at.pointee = x
                return zip(probe.output(), dOutput).reduce(0) { $0 + Double($1.0) * Double($1.1) }
            }
            let (above, below) = (objective(value + step), objective(value - step))
            at.pointee = value
            return (above - below) / Double((value + step) - (value - step))
        }
        let parameterSlopes = (0..<network.parameterCount).map { slope(network.storage.base + $0) }
        let inputSlopes = (0..<probe.pass.input.count).map { slope(probe.pass.input.base + $0) }
        #expect(difference(dParameters, parameterSlopes) < 2e-3)
        #expect(difference(dInput, inputSlopes) < 2e-3)
    }

    @Test("Dropout zeros its share of values and keeps their mean")
    func dropout() throws {
        let network = try Network(Architecture(input: [10_000], layers: [.dropout(rate: 0.25)]), seed: 1)
        let output = try GradientProbe(network, input: Array(repeating: 1, count: 10_000), count: 1).output()
        #expect(Set(output) == [0, 1 / 0.75])
        #expect((2300..<2700).contains(output.count { $0 == 0 }))
    }
}
