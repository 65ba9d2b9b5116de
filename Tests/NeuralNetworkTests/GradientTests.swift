import Testing

@testable import NeuralNetwork

/// One batch's forward and backward pass.
struct GradientProbe {
    let network: Network
    let count: Int
    let pass: ShardPass
    let prepared: FloatBuffer
    var input: [Float]

    init(_ network: Network, input: [Float], count: Int) throws {
        self.network = network
        self.count = count
        self.input = input
        pass = ShardPass(network.graph, kernels: try Kernels(), capacity: count, inputGradients: true)
        prepared = FloatBuffer(count: pass.prepared.count)
    }

    func output() throws -> [Float] {
        let graph = network.graph
        graph.prepare(
            network.storage.pointer, into: prepared.base, offsets: pass.prepared.offsets, training: true,
            kernels: try Kernels())
        for row in 0..<count {
            input.withUnsafeBufferPointer { pass.write($0.baseAddress! + row * graph.inputCount, row: row) }
        }
        pass.forward(
            count: count, parameters: network.storage.pointer, prepared: prepared.pointer,
            stream: .init(seed: 1, step: 2, shard: 3))
        return Array(UnsafeBufferPointer(start: pass.outputs, count: count * graph.outputCount))
    }

    /// Gradients in the order of the network's buffer, and of its inputs.
    func gradients(dOutput: [Float]) throws -> (parameters: FloatBuffer, input: [Float]) {
        _ = try output()
        let dParameters = FloatBuffer(count: network.storage.count)
        let width = network.graph.inputCount
        var dInput = [Float](repeating: 0, count: count * width)
        pass.dLoss.update(from: dOutput, count: dOutput.count)
        pass.backward(
            count: count, parameters: network.storage.pointer, prepared: prepared.pointer,
            dParameters: dParameters.base)
        for row in 0..<count {
            dInput.withUnsafeMutableBufferPointer {
                pass.readInputGradient(row: row, into: $0.baseAddress! + row * width)
            }
        }
        return (dParameters, dInput)
    }

    /// A gradient in PyTorch's order.
    func inOrder(_ gradient: FloatBuffer) -> [Float] {
        Array(unsafeUninitializedCapacity: network.parameterCount) {
            network.graph.unpack(gradient.pointer, into: $0.baseAddress!)
            $1 = network.parameterCount
        }
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
        Architecture(input: [9, 4], layers: [.conv1d(filters: 6, kernel: 3, stride: 2, padding: 1, groups: 2)]),
        Architecture(input: [9, 4], layers: [.conv1d(filters: 4, kernel: 3, padding: 2, bias: false)]),
        Architecture(input: [9, 4], layers: [.conv1d(filters: 6, kernel: 3, padding: 1, reverseComplement: true)]),
        Architecture(input: [4, 4], layers: [.residual([.linear(outputs: 4), .tanh])]),
        Architecture(
            input: [4, 4], layers: [.tanh, .residual([.relu, .linear(outputs: 5)], shortcut: [.linear(outputs: 5)])]),
        Architecture(
            input: [5, 3], layers: [.linear(outputs: 3), .parallel([.init([.sigmoid]), .init([]), .init([.relu])])]),
        Architecture(
            inputs: [InputSpecification(name: "a", shape: [5]), InputSpecification(name: "b", shape: [2, 3])],
            layers: [
                .parallel(
                    [.init([.linear(outputs: 4)]), .init([.flatten, .linear(outputs: 4)], input: "b")], join: .multiply),
                .parallel([.init([.tanh]), .init([.sigmoid]), .init([.linear(outputs: 4)])], join: .add),
            ]),
        Architecture(input: [6, 3], layers: [.gru(hidden: 4)]),
        Architecture(input: [6, 3], layers: [.gru(hidden: 4, bidirectional: true), .gru(hidden: 2)]),
        Architecture(input: [4, 4], layers: [.relu]),
        Architecture(input: [4, 4], layers: [.gelu]),
        Architecture(input: [4, 4], layers: [.selu]),
        Architecture(input: [4, 4], layers: [.tanh]),
        Architecture(input: [4, 4], layers: [.sigmoid]),
        Architecture(input: [7, 3], layers: [.maxPool1d(kernel: 3, stride: 2)]),
        Architecture(input: [7, 3], layers: [.averagePool()]),
        Architecture(input: [7, 3], layers: [.select(position: 6)]),
        Architecture(input: [3, 21], layers: [.layerNorm()]),
        Architecture(
            input: [4, 4], layers: [.linear(outputs: 4), .dropout(rate: 0.4), .flatten, .linear(outputs: 2)]),
    ]

    @Test("Backward is the slope of forward", arguments: architectures)
    func finiteDifferences(architecture: Architecture) throws {
        let network = try Network(architecture, seed: 3)
        try expectSlopes(network, input: noise(3 * network.graph.inputCount), count: 3)
    }

    @Test("Dropout zeros its share of values and keeps their mean")
    func dropout() throws {
        let network = try Network(Architecture(input: [10_000], layers: [.dropout(rate: 0.25)]), seed: 1)
        let output = try GradientProbe(network, input: Array(repeating: 1, count: 10_000), count: 1).output()
        #expect(Set(output) == [0, 1 / 0.75])
        #expect((2300..<2700).contains(output.count { $0 == 0 }))
    }
}

/// Compares a network's gradients with the slopes of its forward pass.
func expectSlopes(_ network: Network, input: [Float], count: Int) throws {
    var probe = try GradientProbe(network, input: input, count: count)
    let dOutput = noise(count * network.graph.outputCount, seed: 8)
    let (dParameters, dInput) = try probe.gradients(dOutput: dOutput)

    // Central differences of a float function: the step is a compromise between curvature and rounding.
    let step: Float = 4e-3
    func slope(_ value: Float, _ set: (Float) -> Void) throws -> Double {
        func objective(_ x: Float) throws -> Double {
            set(x)
            return zip(try probe.output(), dOutput).reduce(0) { $0 + Double($1.0) * Double($1.1) }
        }
        let (above, below) = (try objective(value + step), try objective(value - step))
        set(value)
        return (above - below) / Double((value + step) - (value - step))
    }
    // The buffer's unused columns are among them: their gradient is 0.
    let parameterSlopes = try (0..<network.storage.count).map { i in
        try slope(network.storage.base[i]) { network.storage.base[i] = $0 }
    }
    let inputSlopes = try probe.input.indices.map { i in try slope(probe.input[i]) { probe.input[i] = $0 } }
    // A statistic moves by what the pass observed, not by a gradient.
    for parameter in network.graph.parameters where parameter.description.role != .weight {
        (dParameters.base + parameter.storedOffset).update(repeating: 0, count: parameter.description.storedCount)
    }
    #expect(difference(Array(dParameters.values), parameterSlopes) < 2e-3)
    #expect(difference(dInput, inputSlopes) < 2e-3)
}
