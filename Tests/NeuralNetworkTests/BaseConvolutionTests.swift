import Testing

@testable import NeuralNetwork

@Suite("Convolution over bases")
struct BaseConvolutionTests {
    static let length = 37
    static let layers: [[LayerSpecification]] = [
        [.conv1d(filters: 5, kernel: 4)], [.conv1d(filters: 34, kernel: 3, padding: 1)],
        [.conv1d(filters: 6, kernel: 3, stride: 2, padding: 2, dilation: 2, bias: false)],
        [.conv1d(filters: 8, kernel: 5, padding: 2, reverseComplement: true)],
    ]

    /// A C G T N R and padding.
    static func codes(_ count: Int, ambiguous: Bool) -> [Float] {
        var random = SplitMix64(seed: 4)
        let alphabet: [Float] = ambiguous ? [1, 2, 4, 8, 15, 5, 0] : [1, 2, 4, 8]
        return (0..<count).map { _ in alphabet[Int(random.next() % UInt64(alphabet.count))] }
    }

    /// The same as rows of four shares.
    static func oneHot(_ codes: [Float]) -> [Float] {
        codes.flatMap { code in
            let letters = (0..<4).map { Int(code) >> $0 & 1 }
            let sum = max(1, letters.reduce(0, +))
            return letters.map { Float($0) / Float(sum) }
        }
    }

    @Test("Unambiguous bases give the bytes of one-hot rows, from every instruction set", arguments: layers)
    func sameBytes(layers: [LayerSpecification]) throws {
        let bases = try Network(Architecture(bases: Self.length, layers: layers), seed: 2)
        let dense = try Network(Architecture(input: [Self.length, 4], layers: layers), seed: 2)
        #expect(bases.weights == dense.weights)
        let codes = Self.codes(3 * Self.length, ambiguous: false)
        for level in SIMDLevel.supported {
            let output = try InferenceModel(bases, simd: level).predict(codes, count: 3)
            #expect(output == (try InferenceModel(dense, simd: level).predict(Self.oneHot(codes), count: 3)))
        }
    }

    @Test("Ambiguous bases share their columns, and gradients are those of one-hot rows", arguments: layers)
    func gradients(layers: [LayerSpecification]) throws {
        let bases = try Network(Architecture(bases: Self.length, layers: layers), seed: 2)
        let dense = try Network(Architecture(input: [Self.length, 4], layers: layers), seed: 2)
        let codes = Self.codes(3 * Self.length, ambiguous: true)
        let probes = (
            try GradientProbe(bases, input: codes, count: 3),
            try GradientProbe(dense, input: Self.oneHot(codes), count: 3)
        )
        let output = try probes.1.output()
        #expect(difference(try probes.0.output(), output.map(Double.init)) < 1e-6)
        let dOutput = noise(output.count, seed: 3)
        let gradients = (try probes.0.gradients(dOutput: dOutput), try probes.1.gradients(dOutput: dOutput))
        let expected = gradients.1.parameters.values.map(Double.init)
        #expect(difference(Array(gradients.0.parameters.values), expected) < 1e-5)
    }

    @Test("With shared strands, the reverse complement of a sequence reverses positions and channels")
    func strands() throws {
        let layers: [LayerSpecification] = [
            .conv1d(filters: 8, kernel: 5, padding: 2, reverseComplement: true), .relu,
            .conv1d(filters: 6, kernel: 3, padding: 1, reverseComplement: true),
        ]
        let model = try InferenceModel(Network(Architecture(bases: Self.length, layers: layers), seed: 3))
        let codes = Self.codes(Self.length, ambiguous: true)
        let complement = codes.reversed().map { code in
            Float((0..<4).reduce(0) { $0 | (Int(code) >> $1 & 1) << (3 - $1) })
        }
        let (forward, reverse) = (model.predict(codes, count: 1), model.predict(complement, count: 1))
        #expect(difference(reverse, forward.reversed().map(Double.init)) < 1e-5)
    }
}
