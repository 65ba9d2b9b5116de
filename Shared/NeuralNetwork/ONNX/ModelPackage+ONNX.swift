extension ModelPackage {
    /// Writes the package as an ONNX model that other runtimes can run: the same bytes for the same content.
    ///
    /// An input is called as in the architecture and shaped `(N, …)`; `output` are the logits and, where outputs are classes
    /// or labels and the calibration is a temperature, `probabilities` what it makes of them; of heads only the
    /// logits, under their names. The documents are in the model's metadata, so that
    /// `init(onnx:)` gets all of the package back.
    ///
    /// Throws where the package has ``tables``: what they make of an input is no operation of ONNX, and a network without them is another model.
    public func encodeONNX() throws -> [UInt8] {
        guard tables.isEmpty else {
            throw NeuralNetworkError(
                .unsupported, "the model compares its inputs with tables of its own, which ONNX has no place for")
        }
        var model = try ONNXModel(try checkedGraph(), calibration: calibration, task: lineage.options?.loss.task)
        model.metadata = try documents()
        return try model.encode(weights: weights)
    }

    /// Reads a file of `encodeONNX()`; throws if its graph is not that of the architecture in its metadata.
    public init(onnx file: [UInt8]) throws(NeuralNetworkError) {
        let model = try ONNXModel(decoding: file)
        try self.init(documents: model.metadata) { (package, graph) throws(NeuralNetworkError) in
            try ONNXModel(graph, calibration: package.calibration, task: package.lineage.options?.loss.task).weights(
                count: graph.parameterCount, in: model)
        }
    }
}
