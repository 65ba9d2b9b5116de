import NeuralNetwork

/// The forms of a model package outside of the registry.
enum PackageFormat: String, CaseIterable {
    /// The registry's own.
    case safetensors
    /// For other runtimes.
    case onnx

    func encode(_ package: ModelPackage) throws -> [UInt8] {
        switch self {
        case .safetensors: try package.encode()
        case .onnx: try package.encodeONNX()
        }
    }

    /// Reads a file, which is ONNX where its name says so.
    static func decode(_ bytes: [UInt8], path: String) throws -> ModelPackage {
        path.hasSuffix(".onnx") ? try ModelPackage(onnx: bytes) : try ModelPackage(decoding: bytes)
    }
}
