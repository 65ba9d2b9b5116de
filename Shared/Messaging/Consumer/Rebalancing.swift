internal import CRdKafka
import Synchronization

/// What a consumer shares with librdkafka's callbacks: its state, and the changes of assignment to be worked off.
///
/// The poll thread only notes a change; a task of the consumer prepares or gives up the partitions meanwhile, so a slow
/// preparation neither stops polling nor holds up the group.
final class Rebalancing: Sendable {
    enum Change: Sendable {
        case assigned([TopicPartition], epoch: Int)
        case revoked([TopicPartition], finished: [TopicPartition: Int64])
    }

    let state: Mutex<ConsumerState>
    let arrivals = AsyncCondition()
    let changes: AsyncStream<Change>
    private let continuation: AsyncStream<Change>.Continuation
    private let preparation = Mutex<Task<Void, any Error>?>(nil)
    private let prefix: String

    init(bufferBytes: Int, prefix: String) {
        state = Mutex(ConsumerState(capacity: bufferBytes))
        (changes, continuation) = AsyncStream.makeStream()
        self.prefix = prefix
    }

    /// Called on the poll thread.
    @Sendable func rebalance(
        _ client: OpaquePointer, _ code: rd_kafka_resp_err_t,
        _ list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?
    ) {
        let partitions = list.map { list in
            TopicPartitionList.elements(list).map { TopicPartition($0, prefix: prefix) }
        }
        let isLost = rd_kafka_assignment_lost(client) != 0
        let (finished, epoch) = state.withLock { ($0.changeAssignment(), $0.epoch) }
        preparation.withLock { $0?.cancel() }
        if code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS {
            // Joins the group at once, reading nothing; the partitions follow when they are prepared.
            let nothing = TopicPartitionList([TopicPartition](), prefix: prefix)
            _ = nothing.lend { rd_kafka_assign(client, $0) }
            continuation.yield(.assigned(partitions ?? [], epoch: epoch))
        } else {
            continuation.yield(.revoked(partitions ?? [], finished: isLost ? [:] : finished))
        }
    }

    /// Runs a preparation that the next change cancels.
    func prepare(epoch: Int, _ work: @escaping @Sendable () async throws -> Void) async {
        let task = Task(operation: work)
        preparation.withLock { $0 = task }
        if state.withLock({ $0.epoch }) != epoch { task.cancel() }
        if case .failure(let error) = await task.result {
            state.withLock { state in
                if state.epoch == epoch { state.fail(error) }
            }
            arrivals.notify()
        }
    }

    func end() {
        continuation.finish()
    }
}
