/// What a network says of every window of a long sequence, at the cost of one pass over the sequence where its layers allow that.
///
/// What windows share is computed once: convolutions, pools and layers on each position, but for what lies at a window's
/// edge, where zeros are read (so networks without padding gain most). Pools of all positions go on from window to window.
/// Dense, recurrent and attention layers are computed a window. Outputs have the bytes of a prediction of each window, but behind
/// a mean over all positions, where they differ by rounding. Results do not depend on the number of workers.
public final class WindowScan: Sendable {
    /// The network.
    public let model: InferenceModel
    /// Bases of a window.
    public let length: Int
    private let input: Graph.Input
    private let plan: ScanPlan

    /// Floats of shared values that stay in a cache.
    private static let cache = 1 << 19

    /// A scan of a network whose one input is bases; throws for others.
    public init(_ model: InferenceModel) throws(NeuralNetworkError) {
        guard model.graph.inputs.count == 1, let input = model.graph.inputs.first,
            input.specification.kind == .bases
        else {
            throw NeuralNetworkError(
                .mismatch, "windows are scanned of a network that reads bases alone", place: "inputs")
        }
        self.model = model
        self.input = input
        length = input.specification.count
        plan = ScanPlan(model, input: input)
    }

    /// The outputs for the windows that begin at each base, `(codes.count - length + 1) × outputCount`; none of a sequence that is
    /// shorter than a window.
    ///
    /// - Parameters:
    ///   - codes: Base codes (1 to 15), as the network reads them.
    ///   - workers: Threads to use.
    public func outputs(_ codes: [UInt8], workers: Int = 1) -> [Float] {
        let windows = codes.count - length + 1
        guard windows > 0 else { return [] }
        let perBase = plan.strips.reduce(0) { $0 + ($1?.width ?? 0) }
        // Stretches overlap by a window: long enough that little is computed twice, whatever the number of workers.
        let stretch = min(windows, max(4 * length, Self.cache / max(1, perBase)))
        let parts = (windows + stretch - 1) / stretch
        let team = WorkerTeam(workers: min(max(1, workers), parts))
        let lanes = (0..<team.workers).map { _ in
            ScanLane(model, plan, input: input, bases: stretch + length - 1)
        }
        let width = model.outputCount
        return [Float](unsafeUninitializedCapacity: windows * width) { result, filled in
            codes.withUnsafeBufferPointer { codes in
                guard let codes = codes.baseAddress, let result = result.baseAddress else { return }
                team.run(
                    lanes.count,
                    Deal(
                        lanes: lanes, codes: codes, windows: windows, stretch: stretch, length: length, result: result,
                        width: width))
            }
            filled = windows * width
        }
    }

    private struct Deal: TeamWork {
        let lanes: [ScanLane]
        let codes: UnsafePointer<UInt8>
        let windows: Int
        let stretch: Int
        let length: Int
        let result: UnsafeMutablePointer<Float>
        let width: Int

        func work(_ part: Int) {
            for first in stride(from: part * stretch, to: windows, by: lanes.count * stretch) {
                let count = min(stretch, windows - first)
                lanes[part].run(
                    UnsafeBufferPointer(start: codes + first, count: count + length - 1), windows: count,
                    into: result + first * width)
            }
        }
    }
}
