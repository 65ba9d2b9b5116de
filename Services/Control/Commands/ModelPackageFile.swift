import Commands
import Foundation
import NeuralNetwork

/// A model package in a file: safetensors, as the registry keeps it, or ONNX, as other runtimes run it.
enum ModelPackageFile {
    enum Format: String, CaseIterable {
        case safetensors, onnx

        /// The format that an option names.
        init(named name: String?) throws {
            guard let format = Format(rawValue: name ?? Self.safetensors.rawValue) else {
                let choices = Self.allCases.map(\.rawValue).joined(separator: ", ")
                throw ControlError("there is no format '\(name ?? "")'; there are: \(choices)")
            }
            self = format
        }
    }

    /// Reads a package of either format.
    static func read(_ path: String) throws -> ModelPackage {
        let data = try Files.read(path)
        // The JSON header of safetensors begins after eight bytes; ONNX begins with the number of its version.
        let isONNX = data.first == 0x08 && data.dropFirst(8).first != UInt8(ascii: "{")
        do {
            return isONNX ? try ModelPackage(onnx: Array(data)) : try ModelPackage(decoding: Array(data))
        } catch {
            throw ControlError("\(path) is no model package that can be used: \(error)")
        }
    }

    /// Writes a package; the file is there whole or not at all.
    static func write(_ package: ModelPackage, to path: String, _ format: Format) throws {
        var bytes =
            switch format {
            case .safetensors: try package.encode()
            case .onnx: try package.encodeONNX()
            }
        try bytes.withUnsafeMutableBytes { bytes in
            guard let base = bytes.baseAddress else { return }
            let data = Data(bytesNoCopy: base, count: bytes.count, deallocator: .none)
            try Files.write(data, to: path)
        }
    }
}
