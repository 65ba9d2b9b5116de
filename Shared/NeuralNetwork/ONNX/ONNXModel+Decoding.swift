extension ONNXModel {
    /// Reads a file; fields that we never write are skipped, so what is read may be less than what is there.
    init(decoding file: [UInt8]) throws(NeuralNetworkError) {
        formatVersion = 0
        operatorSet = 0
        producer = ""
        var fields = ProtobufReader("ModelProto", file[...])
        while let field = try fields.next() {
            switch field.number {
            case ONNXField.Model.formatVersion: formatVersion = try field.integer()
            case ONNXField.Model.producer: producer = try field.string()
            case ONNXField.Model.graph: graph = try ONNXGraph(decoding: try field.bytes())
            case ONNXField.Model.operatorSets:
                let (domain, version) = try Self.operatorSet(try field.bytes())
                if domain.isEmpty { operatorSet = version }
            case ONNXField.Model.metadata:
                let (key, value) = try Self.entry(try field.bytes())
                guard metadata.updateValue(value, forKey: key) == nil else {
                    throw NeuralNetworkError(.malformed, "the metadata have it twice", place: key)
                }
            default: break
            }
        }
    }

    private static func operatorSet(
        _ message: ArraySlice<UInt8>
    ) throws(NeuralNetworkError) -> (domain: String, version: Int) {
        var (domain, version) = ("", 0)
        var fields = ProtobufReader("OperatorSetIdProto", message)
        while let field = try fields.next() {
            switch field.number {
            case ONNXField.OperatorSet.domain: domain = try field.string()
            case ONNXField.OperatorSet.version: version = try field.integer()
            default: break
            }
        }
        return (domain, version)
    }

    private static func entry(
        _ message: ArraySlice<UInt8>
    ) throws(NeuralNetworkError) -> (key: String, value: String) {
        var (key, value) = ("", "")
        var fields = ProtobufReader("StringStringEntryProto", message)
        while let field = try fields.next() {
            switch field.number {
            case ONNXField.Entry.key: key = try field.string()
            case ONNXField.Entry.value: value = try field.string()
            default: break
            }
        }
        return (key, value)
    }
}

extension ONNXGraph {
    fileprivate init(decoding message: ArraySlice<UInt8>) throws(NeuralNetworkError) {
        name = ""
        var fields = ProtobufReader("GraphProto", message)
        while let field = try fields.next() {
            switch field.number {
            case ONNXField.Graph.nodes: nodes.append(try ONNXNode(decoding: try field.bytes()))
            case ONNXField.Graph.name: name = try field.string()
            case ONNXField.Graph.initializers: initializers.append(try ONNXTensor(decoding: try field.bytes()))
            case ONNXField.Graph.inputs: inputs.append(try ONNXValueInfo(decoding: try field.bytes()))
            case ONNXField.Graph.outputs: outputs.append(try ONNXValueInfo(decoding: try field.bytes()))
            default: break
            }
        }
    }
}

extension ONNXNode {
    fileprivate init(decoding message: ArraySlice<UInt8>) throws(NeuralNetworkError) {
        var fields = ProtobufReader("NodeProto", message)
        while let field = try fields.next() {
            switch field.number {
            case ONNXField.Node.inputs: inputs.append(try field.string())
            case ONNXField.Node.outputs: outputs.append(try field.string())
            case ONNXField.Node.name: name = try field.string()
            case ONNXField.Node.operation: operation = try field.string()
            case ONNXField.Node.attributes: attributes.append(try ONNXAttribute(decoding: try field.bytes()))
            default: break
            }
        }
    }
}

extension ONNXAttribute {
    fileprivate init(decoding message: ArraySlice<UInt8>) throws(NeuralNetworkError) {
        var (name, type) = ("", 0)
        var (float, integer, string) = (Float(0), 0, "")
        var (integers, strings): ([Int], [String]) = ([], [])
        var fields = ProtobufReader("AttributeProto", message)
        while let field = try fields.next() {
            switch field.number {
            case ONNXField.Attribute.name: name = try field.string()
            case ONNXField.Attribute.float: float = try field.float()
            case ONNXField.Attribute.integer: integer = try field.integer()
            case ONNXField.Attribute.string: string = try field.string()
            case ONNXField.Attribute.integers: integers += try field.integers()
            case ONNXField.Attribute.strings: strings.append(try field.string())
            case ONNXField.Attribute.type: type = try field.integer()
            default: break
            }
        }
        self.name = name
        switch type {
        case ONNXField.AttributeType.float: value = .float(float)
        case ONNXField.AttributeType.integer: value = .integer(integer)
        case ONNXField.AttributeType.string: value = .string(string)
        case ONNXField.AttributeType.integers: value = .integers(integers)
        case ONNXField.AttributeType.strings: value = .strings(strings)
        default: throw NeuralNetworkError(.malformed, "attributes of type \(type) are not read", place: name)
        }
    }
}

extension ONNXTensor {
    fileprivate init(decoding message: ArraySlice<UInt8>) throws(NeuralNetworkError) {
        var (name, code): (String, Int) = ("", 0)
        var shape: [Int] = []
        var bytes: ArraySlice<UInt8> = []
        var fields = ProtobufReader("TensorProto", message)
        while let field = try fields.next() {
            switch field.number {
            case ONNXField.Tensor.shape: shape += try field.integers()
            case ONNXField.Tensor.type: code = try field.integer()
            case ONNXField.Tensor.name: name = try field.string()
            case ONNXField.Tensor.bytes: bytes = try field.bytes()
            default: break
            }
        }
        guard let type = ElementType(rawValue: code) else {
            throw NeuralNetworkError(.malformed, "elements of type \(code) are not read", place: name)
        }
        var size = (partialValue: type.size, overflow: false)
        for dimension in shape where !size.overflow {
            size = size.partialValue.multipliedReportingOverflow(by: dimension)
        }
        guard !size.overflow, size.partialValue == bytes.count, shape.allSatisfy({ $0 >= 0 }) else {
            throw NeuralNetworkError(
                .malformed, "shape \(shape) does not fit the \(bytes.count) bytes of raw_data", place: name)
        }
        self.init(name: name, type: type, shape: shape, content: .bytes(bytes))
    }
}

extension ONNXValueInfo {
    fileprivate init(decoding message: ArraySlice<UInt8>) throws(NeuralNetworkError) {
        var fields = ProtobufReader("ValueInfoProto", message)
        while let field = try fields.next() {
            switch field.number {
            case ONNXField.ValueInfo.name: name = try field.string()
            case ONNXField.ValueInfo.type: try readType(try field.bytes())
            default: break
            }
        }
    }

    private mutating func readType(_ message: ArraySlice<UInt8>) throws(NeuralNetworkError) {
        var fields = ProtobufReader("TypeProto", message)
        while let field = try fields.next() {
            if field.number == ONNXField.TypeOfValue.tensor { try readTensorType(try field.bytes()) }
        }
    }

    private mutating func readTensorType(_ message: ArraySlice<UInt8>) throws(NeuralNetworkError) {
        var fields = ProtobufReader("TypeProto.Tensor", message)
        while let field = try fields.next() {
            switch field.number {
            case ONNXField.TensorType.element:
                guard let type = ONNXTensor.ElementType(rawValue: try field.integer()) else {
                    throw NeuralNetworkError(.malformed, "elements of another type than ours", place: name)
                }
                self.type = type
            case ONNXField.TensorType.shape: try readShape(try field.bytes())
            default: break
            }
        }
    }

    private mutating func readShape(_ message: ArraySlice<UInt8>) throws(NeuralNetworkError) {
        var fields = ProtobufReader("TensorShapeProto", message)
        while let field = try fields.next() {
            guard field.number == ONNXField.Shape.dimensions else { continue }
            var dimension = Dimension.symbol("")
            var parts = ProtobufReader("TensorShapeProto.Dimension", try field.bytes())
            while let part = try parts.next() {
                switch part.number {
                case ONNXField.Dimension.value: dimension = .fixed(try part.integer())
                case ONNXField.Dimension.symbol: dimension = .symbol(try part.string())
                default: break
                }
            }
            shape.append(dimension)
        }
    }
}
