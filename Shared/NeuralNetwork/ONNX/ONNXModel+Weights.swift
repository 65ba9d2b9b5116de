extension ONNXModel {
    /// The network's parameters out of a file with this very graph; throws, and says where, if the file's is another.
    ///
    /// A file that passes holds nothing that this graph with these parameters does not say: encoded again, it has the
    /// same content.
    func weights(count: Int, in file: ONNXModel) throws(NeuralNetworkError) -> [Float] {
        guard file.formatVersion == formatVersion, file.operatorSet == operatorSet else {
            throw NeuralNetworkError(
                .unsupported,
                "the file has version \(file.formatVersion) and operator set \(file.operatorSet); only files that "
                    + "helicase exports are read, with version \(formatVersion) and operator set \(operatorSet)",
                place: "onnx")
        }
        try compare(graph.inputs, file.graph.inputs, "input") { $0.name }
        try compare(graph.outputs, file.graph.outputs, "output") { $0.name }
        try compare(graph.nodes, file.graph.nodes, "node") { $0.name }
        // Before there is memory for the weights: a file of their size is there then.
        try compare(
            graph.initializers.map(Signature.init), file.graph.initializers.map(Signature.init), "initializer"
        ) { $0.name }

        var weights = [Float](repeating: .nan, count: count)
        for (tensor, filed) in zip(graph.initializers, file.graph.initializers) {
            guard case .bytes(let bytes) = filed.content else { continue }
            switch tensor.content {
            case .bytes(let constant):
                guard bytes == constant else { throw mismatch("the constant has another value", place: tensor.name) }
            case .parameters(let views):
                var agrees = true
                bytes.withUnsafeBytes { bytes in
                    var start = 0
                    for view in views {
                        let end = start + view.count * tensor.type.size
                        let part = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
                        agrees = view.write(part, into: &weights) && agrees
                        start = end
                    }
                }
                guard agrees else {
                    throw mismatch("it shares parameters with another initializer and differs", place: tensor.name)
                }
            }
        }
        return weights
    }

    /// What initializers of different files have in common.
    private struct Signature: Equatable {
        let name: String
        let type: ONNXTensor.ElementType
        let shape: [Int]

        init(_ tensor: ONNXTensor) { (name, type, shape) = (tensor.name, tensor.type, tensor.shape) }
    }

    private func compare<Part: Equatable>(
        _ ours: [Part], _ theirs: [Part], _ what: String, _ name: (Part) -> String
    ) throws(NeuralNetworkError) {
        if let (index, pair) = zip(ours, theirs).enumerated().first(where: { $0.element.0 != $0.element.1 }) {
            throw mismatch("\(what) \(index) is \(pair.1) and should be \(pair.0)", place: name(pair.1))
        }
        guard ours.count == theirs.count else {
            throw mismatch("there are \(theirs.count) \(what)s and should be \(ours.count)", place: "graph")
        }
    }

    private func mismatch(_ problem: String, place: String) -> NeuralNetworkError {
        NeuralNetworkError(
            .mismatch, "\(problem): the graph is not what helicase exports for the file's architecture", place: place)
    }
}
