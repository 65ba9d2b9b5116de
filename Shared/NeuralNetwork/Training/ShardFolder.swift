import Foundation

/// A data set in a folder, a safetensors file a shard, from `0.safetensors` on.
public struct ShardFolder: Sendable {
    /// The folder.
    public let path: String

    /// Names a folder, which is made with the first shard.
    public init(path: String) { self.path = path }

    /// Writes a shard whole or not at all; the same shard again replaces it.
    public func write(_ bytes: [UInt8], shard: Int) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(fileURLWithPath: file(shard)), options: .atomic)
    }

    /// The shards that are there.
    public var shards: Set<Int> {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return Set(names.compactMap { $0.hasSuffix(".safetensors") ? Int($0.dropLast(".safetensors".count)) : nil })
    }

    /// Opens shards `0..<count`.
    public func open(count: Int) throws -> [SafetensorsFile] {
        try SafetensorsFile.open((0..<count).map(file))
    }

    /// Drops the data set.
    public func remove() { try? FileManager.default.removeItem(atPath: path) }

    private func file(_ shard: Int) -> String { "\(path)/\(shard).safetensors" }
}
