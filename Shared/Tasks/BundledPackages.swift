import Foundation
import NeuralNetwork

/// The models of a task that come with the suite: files of its module's folder `Models`; the lineage of each holds its command, data, seed
/// and figures.
public struct BundledPackages: Sendable {
    private let folder: URL?
    private let prefix: String

    /// Those of a module's bundle whose names begin so.
    public init(_ bundle: Bundle, startingWith prefix: String = "") {
        folder = bundle.url(forResource: "Models", withExtension: nil)
        self.prefix = prefix
    }

    /// None.
    public static let none = BundledPackages()

    private init() { (folder, prefix) = (nil, "") }

    /// Their names, sorted.
    public var names: [String] {
        guard let folder else { return [] }
        let files = (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
        return files.filter { $0.pathExtension == "safetensors" }.map { $0.deletingPathExtension().lastPathComponent }
            .filter { $0.hasPrefix(prefix) }.sorted()
    }

    /// The package of a name; nil where there is none.
    public func package(_ name: String) throws -> ModelPackage? {
        guard let folder, names.contains(name) else { return nil }
        return try ModelPackage(decoding: Array(Data(contentsOf: folder.appending(path: "\(name).safetensors"))))
    }
}
