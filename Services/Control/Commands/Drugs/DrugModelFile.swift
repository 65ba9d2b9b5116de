import Commands
import Foundation

/// The model that a command names: one of the suite's, or a file that `helicase train` made.
enum DrugModelFile {
    /// Finds it; throws naming the suite's own where there is neither, and why where a file cannot be used.
    static func model<Model>(
        _ command: ParsedCommand, option: String = "model", of names: [String], bundled: (String) throws -> Model?,
        decode: ([UInt8]) throws -> Model
    ) throws -> Model {
        let name = command.value(option) ?? ""
        if let model = try bundled(name) { return model }
        guard FileManager.default.fileExists(atPath: name) else {
            throw ControlError(
                "--\(option): there is no model \"\(name)\", and no such file; there are \(names.joined(separator: ", "))"
            )
        }
        do {
            return try decode(Array(try Files.read(name)))
        } catch {
            throw ControlError("--\(option): \(name) cannot be used: \(error)")
        }
    }
}
