import CAllocations
import Testing

@testable import NeuralNetwork

/// What a release build promises; a debug build allocates where the optimizer would not.
@Suite("Allocations")
struct AllocationTests {
    static let layers: [LayerSpecification] = [
        .conv1d(filters: 40, kernel: 9, padding: 4), .relu, .maxPool1d(kernel: 3),
        .residual([.conv1d(filters: 40, kernel: 3, padding: 1), .gelu]), .dropout(rate: 0.1), .batchNorm(),
        .residual([.layerNorm(), .attention(heads: 4, maximumDistance: 9)]),
        .lstm(hidden: 24, bidirectional: true), .gru(hidden: 20, bidirectional: true),
        .parallel([.init([.flatten]), .init([.attentionPool(hidden: 9)]), .init([.maxPool()])]),
        .linear(outputs: 33), .relu, .linear(outputs: 3),
    ]

    static let isOptimized: Bool = {
        var isDebug = false
        assert({ isDebug = true }() == ())
        return !isDebug
    }()

    /// A source that is larger than what an existential holds in itself.
    struct Boxed: ExampleSource {
        let examples: InMemoryExamples
        let isLarge: (Int, Int)
        var count: Int { examples.count }

        func fill(
            _ index: Int, into input: UnsafeMutableBufferPointer<Float>, target: UnsafeMutableBufferPointer<Float>
        ) throws { try examples.fill(index, into: input, target: target) }
    }

    @Test("A prediction allocates nothing", .enabled(if: isOptimized, "needs a release build"))
    func predictions() throws {
        let model = try InferenceModel(Network(Architecture(bases: 90, layers: Self.layers), seed: 1))
        let workspace = model.makeWorkspace()
        let input = BaseConvolutionTests.codes(70 * model.inputCount, ambiguous: true)
        var output = [Float](repeating: 0, count: 70 * model.outputCount)
        input.withUnsafeBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                let before = ca_thread_allocations()
                model.predict(input, count: 70, into: output, workspace: workspace)
                #expect(ca_thread_allocations() == before)
            }
        }
    }

    @Test("A step of training allocates nothing", .enabled(if: isOptimized, "needs a release build"))
    func steps() throws {
        let network = try Network(Architecture(bases: 90, layers: Self.layers), seed: 1)
        var options = TrainingOptions()
        (options.epochs, options.batchSize, options.shardSize) = (1, 20, 8)
        options.clipNorm = 1
        options.averageDecay = 0.9
        let count = 200
        let codes = BaseConvolutionTests.codes(count * 90, ambiguous: false)
        let examples = Boxed(
            examples: InMemoryExamples(inputs: codes, labels: (0..<count).map { $0 % 3 }), isLarge: (1, 2))
        var (last, allocations) = (UInt64(0), [UInt64]())
        allocations.reserveCapacity(count)
        let watch: (TrainingProgress) -> Void = { _ in
            let now = ca_thread_allocations()
            allocations.append(now - last)
            last = ca_thread_allocations()
        }
        _ = try Trainer(network, options: options).fit(examples, progress: watch)
        #expect(allocations.dropFirst().dropLast().allSatisfy { $0 == 0 }, "\(allocations)")
    }
}
