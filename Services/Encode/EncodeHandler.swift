import Delivery
import Events
import Messaging
import Runs

/// Hands each record to those who encode its kind: alignments by shard, records of other tasks by batch.
struct EncodeHandler: RunStageHandler {
    static let stage = Stage.encode

    let alignments: AlignmentsHandler
    let items: ItemsHandler

    var services: StageServices { alignments.services }

    func handle(_ record: IncomingRecord) async throws -> Effects {
        isItem(record) ? try await items.handle(record) : try await alignments.handle(record)
    }

    func effects(ofRejected record: IncomingRecord, reason: String) async throws -> Effects {
        isItem(record)
            ? try await items.effects(ofRejected: record, reason: reason)
            : try await alignments.effects(ofRejected: record, reason: reason)
    }

    func lostRows(of partitions: [TopicPartition]) async throws {
        let own = partitions.filter { $0.topic == Topics.alignments }
        if !own.isEmpty { try await alignments.lostRows(of: own) }
    }

    func assigned(
        _ partitions: [TopicPartition], committed: [TopicPartition: Int64]
    ) async throws -> [TopicPartition: Int64] {
        try await alignments.assigned(partitions.filter { $0.topic == Topics.alignments }, committed: committed)
    }

    func revoked(_ partitions: [TopicPartition]) async {
        await alignments.revoked(partitions.filter { $0.topic == Topics.alignments })
    }

    private func isItem(_ record: IncomingRecord) -> Bool { record.topic == Topics.items }
}
