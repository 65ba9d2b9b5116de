/// What a network says of every single change of a sequence: in-silico saturation mutagenesis.
///
/// Only what a change reaches is computed: of convolutions, pools and layers that work on each position the positions
/// around it; a dense layer over all positions takes in the differences. Behind recurrent and attention layers all is
/// computed again. Outputs have the bytes of a prediction of the changed sequence, but behind a dense layer over positions
/// and a mean over them, where they differ by rounding. Results do not depend on the number of workers.
public final class MutationScan: Sendable {
    /// The network.
    public let model: InferenceModel
    /// The sequence's length.
    public let length: Int
    private let input: Graph.Input
    private let plan: MutationPlan

    /// A scan of an input of bases; throws where the network has no such input.
    public init(_ model: InferenceModel, input name: String? = nil) throws(NeuralNetworkError) {
        let inputs = model.graph.inputs.filter { $0.specification.kind == .bases }
        guard let input = inputs.first(where: { name == nil || $0.specification.name == name }) else {
            throw NeuralNetworkError(
                .mismatch, "the network has no input of bases" + (name.map { " named '\($0)'" } ?? ""), place: "inputs")
        }
        self.model = model
        self.input = input
        length = input.specification.count
        plan = MutationPlan(model, input: input)
    }

    /// Whether some layer is computed again as a whole for each change, as recurrent layers are.
    public var recomputesLayers: Bool {
        plan.steps.contains { if case .whole(let layer) = $0 { layer.inputCount > 4096 } else { false } }
    }

    /// The outputs for every letter at every position, `length × 4 × outputCount`, letters in the order A, C, G, T, and
    /// the outputs of the sequence itself.
    ///
    /// - Parameters:
    ///   - example: An example of the network.
    ///   - workers: Threads to use.
    public func outputs(_ example: [Float], workers: Int = 1) -> (own: [Float], changed: [Float]) {
        precondition(example.count == model.inputCount)
        let base = MutationBase(model, example, plan)
        let width = model.outputCount
        var changes: [MutationLane.Change] = []
        for position in 0..<length {
            let code = BaseConv1dLayer.code(example[input.offset + position])
            for letter in 0..<4 where code != 1 << letter { changes.append(.init(position: position, letter: letter)) }
        }
        let own = Array(base.values[base.output].values.prefix(width))
        var result = [Float](unsafeUninitializedCapacity: length * 4 * width) { buffer, filled in
            for i in buffer.indices { buffer[i] = own[i % width] }
            filled = buffer.count
        }
        result.withUnsafeMutableBufferPointer { result in
            guard let result = result.baseAddress else { return }
            let team = WorkerTeam(workers: workers)
            let lanes = (0..<team.workers).map { _ in MutationLane(model, plan, base, input: input) }
            team.run(
                lanes.count, Deal(lanes: lanes, changes: changes, result: result, width: width))
        }
        return (own, result)
    }

    private struct Deal: TeamWork {
        let lanes: [MutationLane]
        let changes: [MutationLane.Change]
        let result: UnsafeMutablePointer<Float>
        let width: Int

        func work(_ part: Int) {
            let size = lanes[0].capacity
            for first in stride(from: part * size, to: changes.count, by: lanes.count * size) {
                let batch = changes[first..<min(changes.count, first + size)]
                let outputs = lanes[part].run(batch)
                for (row, change) in batch.enumerated() {
                    (result + (change.position * 4 + change.letter) * width).update(
                        from: outputs + row * width, count: width)
                }
            }
        }
    }
}
