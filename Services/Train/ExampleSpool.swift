import Foundation
import VariantCalling

/// Labelled examples in files, a folder a data set, a file a shard, until the data set is complete.
struct ExampleSpool: Sendable {
    private let path: String

    init(path: String) { self.path = path }

    /// Writes a shard; the same shard again replaces it.
    func write(_ bytes: [UInt8], dataset: String, shard: Int) throws {
        try FileManager.default.createDirectory(atPath: folder(dataset), withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(fileURLWithPath: file(dataset, shard)), options: .atomic)
    }

    /// The shards that are there.
    func shards(of dataset: String) -> Set<Int> {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder(dataset))) ?? []
        return Set(names.compactMap { $0.hasSuffix(".safetensors") ? Int($0.dropLast(".safetensors".count)) : nil })
    }

    /// Reads a shard back.
    func read(dataset: String, shard: Int) throws -> ExampleBatch {
        try ExampleBatch(decoding: Array(Data(contentsOf: URL(fileURLWithPath: file(dataset, shard)))))
    }

    /// Drops a data set.
    func remove(_ dataset: String) { try? FileManager.default.removeItem(atPath: folder(dataset)) }

    private func folder(_ dataset: String) -> String { "\(path)/\(dataset)" }
    private func file(_ dataset: String, _ shard: Int) -> String { "\(folder(dataset))/\(shard).safetensors" }
}
