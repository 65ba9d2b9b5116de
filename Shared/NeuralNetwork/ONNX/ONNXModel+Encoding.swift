extension ONNXModel {
    /// The file, with these weights where initializers refer to parameters: the same bytes for the same content.
    func encode(weights: [Float]) throws(NeuralNetworkError) -> [UInt8] {
        try ProtobufWriter.bytes { file in
            typealias Field = ONNXField.Model
            file.integer(Field.formatVersion, formatVersion)
            file.string(Field.producer, producer)
            file.message(Field.graph) { graph.write(to: &$0, weights: weights) }
            file.message(Field.operatorSets) {
                $0.string(ONNXField.OperatorSet.domain, "")
                $0.integer(ONNXField.OperatorSet.version, operatorSet)
            }
            for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
                file.message(Field.metadata) {
                    $0.string(ONNXField.Entry.key, key)
                    $0.string(ONNXField.Entry.value, value)
                }
            }
        }
    }
}

extension ONNXGraph {
    fileprivate func write(to message: inout ProtobufWriter, weights: [Float]) {
        typealias Field = ONNXField.Graph
        for node in nodes { message.message(Field.nodes) { node.write(to: &$0) } }
        message.string(Field.name, name)
        for tensor in initializers { message.message(Field.initializers) { tensor.write(to: &$0, weights: weights) } }
        for input in inputs { message.message(Field.inputs) { input.write(to: &$0) } }
        for output in outputs { message.message(Field.outputs) { output.write(to: &$0) } }
    }
}

extension ONNXNode {
    fileprivate func write(to message: inout ProtobufWriter) {
        typealias Field = ONNXField.Node
        for input in inputs { message.string(Field.inputs, input) }
        for output in outputs { message.string(Field.outputs, output) }
        // Viewers show the name; it says where the node's value goes.
        message.string(Field.name, name)
        message.string(Field.operation, operation)
        for attribute in attributes { message.message(Field.attributes) { attribute.write(to: &$0) } }
    }
}

extension ONNXAttribute {
    fileprivate func write(to message: inout ProtobufWriter) {
        typealias Field = ONNXField.Attribute
        typealias Kind = ONNXField.AttributeType
        message.string(Field.name, name)
        switch value {
        case .float(let value):
            message.float(Field.float, value)
            message.integer(Field.type, Kind.float)
        case .integer(let value):
            message.integer(Field.integer, value)
            message.integer(Field.type, Kind.integer)
        case .string(let value):
            message.string(Field.string, value)
            message.integer(Field.type, Kind.string)
        case .integers(let values):
            for value in values { message.integer(Field.integers, value) }
            message.integer(Field.type, Kind.integers)
        case .strings(let values):
            for value in values { message.string(Field.strings, value) }
            message.integer(Field.type, Kind.strings)
        }
    }
}

extension ONNXTensor {
    fileprivate func write(to message: inout ProtobufWriter, weights: [Float]) {
        typealias Field = ONNXField.Tensor
        for size in shape { message.integer(Field.shape, size) }
        message.integer(Field.type, type.rawValue)
        message.string(Field.name, name)
        message.raw(Field.bytes, count: byteCount) { append in
            switch content {
            case .bytes(let bytes): bytes.withUnsafeBytes(append)
            case .parameters(let views): for view in views { view.read(weights) { append(UnsafeRawBufferPointer($0)) } }
            }
        }
    }
}

extension ONNXValueInfo {
    fileprivate func write(to message: inout ProtobufWriter) {
        message.string(ONNXField.ValueInfo.name, name)
        message.message(ONNXField.ValueInfo.type) {
            $0.message(ONNXField.TypeOfValue.tensor) {
                $0.integer(ONNXField.TensorType.element, type.rawValue)
                $0.message(ONNXField.TensorType.shape) { message in
                    for dimension in shape {
                        message.message(ONNXField.Shape.dimensions) {
                            switch dimension {
                            case .fixed(let size): $0.integer(ONNXField.Dimension.value, size)
                            case .symbol(let name): $0.string(ONNXField.Dimension.symbol, name)
                            }
                        }
                    }
                }
            }
        }
    }
}
