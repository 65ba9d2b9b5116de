extension LayerSpecification {
    /// `(L, C)` to `(L', C)`: the mean of each window; `stride` is that of PyTorch, `kernel` if left out.
    public static func averagePool1d(kernel: Int, stride: Int? = nil) -> LayerSpecification {
        LayerSpecification(AveragePool1d(kernel: kernel, stride: stride ?? kernel))
    }
}

@section("helicase_layers") @used
private let entry: LayerCatalog.Entry = { LayerCatalog.add(AveragePool1d.self, to: $0) }

/// Pools an image of one row.
struct AveragePool1d: WindowPool {
    static let type = "averagePool1d"

    var kernel: Int
    var stride: Int

    func add(to graph: inout GraphBuilder, input: Value) throws(NeuralNetworkError) -> Value {
        try graph.checkPositions(input)
        let row = Value(buffer: input.buffer, shape: [1] + input.shape)
        let windows = try graph.imageWindows(row, kernel: [1, kernel], stride: [1, stride])
        let pooled = try graph.apply(AveragePool2dLayer(windows: windows), to: row)
        return Value(buffer: pooled.buffer, shape: [windows.columns, windows.channels])
    }
}
