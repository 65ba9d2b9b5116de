/// An ONNX model: just the messages of `onnx.proto` that our networks need.
///
/// Weights are not in it: an initializer says where its numbers lie among the network's parameters, so that a graph
/// follows from the architecture alone and 185 MB of weights are copied once, into the file.
struct ONNXModel: Hashable {
    /// ONNX 1.12: operator set 17 is the first with `LayerNormalization`.
    static let operatorSet = 17
    /// The version of the file format that goes with it.
    static let formatVersion = 8

    var formatVersion = Self.formatVersion
    var operatorSet = Self.operatorSet
    var producer = "helicase"
    var graph = ONNXGraph()
    /// `metadata_props`.
    var metadata: [String: String] = [:]
}

/// Nodes in an order in which they can run, and the constants that they read.
struct ONNXGraph: Hashable {
    var name = "network"
    var nodes: [ONNXNode] = []
    var initializers: [ONNXTensor] = []
    var inputs: [ONNXValueInfo] = []
    var outputs: [ONNXValueInfo] = []
}

/// One operator's use; values are known by name.
struct ONNXNode: Hashable {
    var name = ""
    var operation = ""
    /// An empty name is an optional input that is left out.
    var inputs: [String] = []
    var outputs: [String] = []
    var attributes: [ONNXAttribute] = []
}

/// A named constant of a node.
struct ONNXAttribute: Hashable {
    enum Value: Hashable {
        case float(Float)
        case integer(Int)
        case string(String)
        case integers([Int])
        case strings([String])
    }

    var name: String
    var value: Value

    static func float(_ name: String, _ value: Float) -> ONNXAttribute {
        ONNXAttribute(name: name, value: .float(value))
    }
    static func integer(_ name: String, _ value: Int) -> ONNXAttribute {
        ONNXAttribute(name: name, value: .integer(value))
    }
    static func string(_ name: String, _ value: String) -> ONNXAttribute {
        ONNXAttribute(name: name, value: .string(value))
    }
    static func integers(_ name: String, _ values: [Int]) -> ONNXAttribute {
        ONNXAttribute(name: name, value: .integers(values))
    }
}

/// The type and shape of an input or output of the graph.
struct ONNXValueInfo: Hashable {
    enum Dimension: Hashable {
        case fixed(Int)
        /// Known when it runs: `N`, the batch.
        case symbol(String)

        static let batch = symbol("N")
    }

    var name = ""
    var type = ONNXTensor.ElementType.float
    var shape: [Dimension] = []
}

/// A constant array, row-major.
struct ONNXTensor: Hashable {
    enum ElementType: Int {
        case float = 1
        case int32 = 6
        case int64 = 7

        var size: Int { self == .int64 ? 8 : 4 }
    }

    enum Content: Hashable {
        /// Little-endian elements.
        case bytes(ArraySlice<UInt8>)
        /// The network's parameters seen through these views, one after another.
        case parameters([ParameterView])
    }

    var name: String
    var type: ElementType
    var shape: [Int]
    var content: Content

    var byteCount: Int { shape.reduce(type.size, *) }
}
