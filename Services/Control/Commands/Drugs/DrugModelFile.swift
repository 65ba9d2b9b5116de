import Commands
import Foundation

/// A file with a model that `helicase train` made.
enum DrugModelFile {
    /// Reads it; throws naming the suite's own models where there is no such file, and why where it cannot be used.
    static func read<Model>(_ path: String, bundled: [String], _ decode: ([UInt8]) throws -> Model) throws -> Model {
        guard FileManager.default.fileExists(atPath: path) else {
            throw ControlError(
                "--model: there is no model \"\(path)\", and no such file; there are \(bundled.joined(separator: ", "))"
            )
        }
        do {
            return try decode(Array(try Files.read(path)))
        } catch {
            throw ControlError("--model: \(path) cannot be used: \(error)")
        }
    }
}
