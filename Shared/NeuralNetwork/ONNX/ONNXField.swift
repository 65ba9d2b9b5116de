/// The numbers that `onnx.proto` gives to the fields which we write and read.
enum ONNXField {
    enum Model {
        static let formatVersion = 1
        static let producer = 2
        static let graph = 7
        static let operatorSets = 8
        static let metadata = 14
    }

    enum OperatorSet {
        static let domain = 1
        static let version = 2
    }

    enum Entry {
        static let key = 1
        static let value = 2
    }

    enum Graph {
        static let nodes = 1
        static let name = 2
        static let initializers = 5
        static let inputs = 11
        static let outputs = 12
    }

    enum Node {
        static let inputs = 1
        static let outputs = 2
        static let name = 3
        static let operation = 4
        static let attributes = 5
    }

    enum Attribute {
        static let name = 1
        static let float = 2
        static let integer = 3
        static let string = 4
        static let integers = 8
        static let strings = 9
        static let type = 20
    }

    /// The values of `Attribute.type`.
    enum AttributeType {
        static let float = 1
        static let integer = 2
        static let string = 3
        static let integers = 7
        static let strings = 8
    }

    enum Tensor {
        static let shape = 1
        static let type = 2
        static let name = 8
        static let bytes = 9
    }

    enum ValueInfo {
        static let name = 1
        static let type = 2
    }

    enum TypeOfValue {
        static let tensor = 1
    }

    enum TensorType {
        static let element = 1
        static let shape = 2
    }

    enum Shape {
        static let dimensions = 1
    }

    enum Dimension {
        static let value = 1
        static let symbol = 2
    }
}
