import Foundation
import NeuralNetwork

/// The models of expression that come with the suite; the lineage of each holds its command, data, seed and figures.
public enum BundledExpression {
    /// Their names.
    public static var names: [String] {
        let files = Bundle.module.urls(forResourcesWithExtension: "safetensors", subdirectory: "Models") ?? []
        return files.map { ($0 as URL).deletingPathExtension().lastPathComponent }.sorted()
    }

    /// The package of a name; nil where there is none.
    public static func package(_ name: String) throws -> ModelPackage? {
        guard names.contains(name),
            let file = Bundle.module.url(forResource: name, withExtension: "safetensors", subdirectory: "Models")
        else { return nil }
        return try ModelPackage(decoding: Array(Data(contentsOf: file)))
    }
}
