import Delivery
import Events
import Messaging
import Runs

/// Hands each record to those who encode its kind: alignments by lane, records of other tasks by batch.
struct EncodeHandler: RunStageHandler {
    static let stage = Stage.encode

    let alignments: AlignmentsHandler
    let items: ItemsHandler

    var services: StageServices { alignments.services }

    /// Handles the records of a lane one after the other, and those of different lanes, or of items, side by side.
    ///
    /// Where one has to wait, those behind it wait too.
    func handle(_ records: [IncomingRecord], workers: Int) async -> [Result<Effects, any Error>] {
        var groups: [[Int]] = []
        var places: [[UInt8]: Int] = [:]
        for (index, record) in records.enumerated() {
            if isItem(record) {
                groups.append([index])
            } else if let place = places[record.key ?? []] {
                groups[place].append(index)
            } else {
                places[record.key ?? []] = groups.count
                groups.append([index])
            }
        }
        return await withTaskGroup(of: [(Int, Result<Effects, any Error>)].self) { tasks in
            var results = [Result<Effects, any Error>](repeating: .success(Effects()), count: records.count)
            for (place, group) in groups.enumerated() {
                if place >= max(1, workers), let one = await tasks.next() {
                    for (index, result) in one { results[index] = result }
                }
                tasks.addTask {
                    var own: [(Int, Result<Effects, any Error>)] = []
                    var trouble: (any Error)?
                    for index in group {
                        do {
                            if let trouble { throw trouble }
                            own.append((index, .success(try await handle(records[index]))))
                        } catch {
                            own.append((index, .failure(error)))
                            // What is wrong with a record itself is no reason to wait.
                            if !(error is RejectedRecord), !(error is AbandonedUnit) { trouble = error }
                        }
                    }
                    return own
                }
            }
            for await one in tasks { for (index, result) in one { results[index] = result } }
            return results
        }
    }

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
