import Delivery
import Events
import Foundation
import Messaging
import ModelRegistry
import NeuralNetwork
import Storage

/// Data sets of `labelled-examples` in the state folder, a folder each.
///
/// Processes on one machine may share it. What is not there is read from the topic again, wherever it was first handled.
struct ExampleSpool: Sendable {
    private let path: String
    private let database: Database
    private let messaging: MessagingConfiguration

    init(path: String, services: StageServices) {
        self.path = path
        database = services.database
        messaging = services.messaging
    }

    /// The folder of a data set.
    func folder(_ dataset: Identifier) -> ShardFolder { ShardFolder(path: "\(path)/\(dataset)") }

    /// Reads the shards that are missing here from the topic.
    ///
    /// Throws ``DatasetLost`` where the topic no longer has them.
    func complete(_ dataset: Identifier, shards: Int) async throws {
        let folder = folder(dataset)
        let present = folder.shards
        let rows = try await database.query(
            """
            SELECT shard, topic_partition, record_offset FROM dataset_shards
            WHERE dataset = \(dataset.description) AND shard < \(shards) ORDER BY record_offset
            """)
        var missing: [Int32: [Int64: Int]] = [:]
        for row in rows {
            let shard = try row.decode("shard", as: Int.self)
            if present.contains(shard) { continue }
            let partition = Int32(try row.decode("topic_partition", as: Int.self))
            missing[partition, default: [:]][try row.decode("record_offset")] = shard
        }
        for (partition, offsets) in missing { try await read(offsets, partition, into: folder) }
    }

    private func read(_ offsets: [Int64: Int], _ partition: Int32, into folder: ShardFolder) async throws {
        guard let first = offsets.keys.min(), let last = offsets.keys.max() else { return }
        let reader = try TopicReader(
            messaging, topic: Topics.labelledExamples, partitions: .one(partition), from: .offset(first))
        defer { reader.close() }
        var left = offsets
        do {
            while !left.isEmpty {
                let record = try await reader.next()
                if let shard = left.removeValue(forKey: record.offset) {
                    let bytes = record.value ?? []
                    try await BlockingWork.run { try folder.write(bytes, shard: shard) }
                }
                if record.offset >= last { break }
            }
        } catch let error as MessagingError where error.code == .gap {
            throw DatasetLost(shards: left.count)
        }
        if !left.isEmpty { throw DatasetLost(shards: left.count) }
    }

    /// Drops the data sets of jobs that are over.
    func clean() async throws {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        let datasets = names.compactMap { Identifier($0) }
        guard !datasets.isEmpty else { return }
        for dataset in try await JobTable(database).unneeded(of: datasets) { folder(dataset).remove() }
    }
}

/// Shards of a data set are neither in this state folder nor, any more, in the topic.
struct DatasetLost: Error, CustomStringConvertible {
    var shards: Int

    var description: String {
        "\(shards) shards of the data set are gone from \(Topics.labelledExamples) and are not in this state folder; "
            + "send the data set again, or keep the topic's records longer"
    }
}
