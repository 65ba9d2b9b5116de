internal import CRdKafka

/// What went wrong between this process and the broker, and what to do about it.
public struct MessagingError: Error, Sendable, CustomStringConvertible {
    /// The kind of trouble; an open set, so switch with a default.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The code's name, as logged.
        public let description: String

        /// No broker answers.
        public static let unreachable = Code(description: "unreachable")
        /// The producer's queue has no room.
        public static let queueFull = Code(description: "queueFull")
        /// Another producer with the same transactional id, or another member of the group, took over.
        public static let fenced = Code(description: "fenced")
        /// The broker did not answer in time.
        public static let timedOut = Code(description: "timedOut")
        /// A record is larger than the broker, the topic or flow control admits.
        public static let recordTooLarge = Code(description: "recordTooLarge")
        /// Records that should have been read are gone.
        public static let gap = Code(description: "gap")
        /// The broker refused a request.
        public static let brokerRejected = Code(description: "brokerRejected")
        /// A property, a variable or a name is not usable.
        public static let configuration = Code(description: "configuration")
        /// The broker refused the credentials, or they have no grant for the request.
        public static let unauthorized = Code(description: "unauthorized")
        /// The topic or partition does not exist.
        public static let unknownTopic = Code(description: "unknownTopic")
        /// The partitions moved to another member of the group.
        public static let rebalanced = Code(description: "rebalanced")
        /// Record headers break CloudEvents or are missing.
        public static let malformedHeaders = Code(description: "malformedHeaders")
        /// The client was closed.
        public static let closed = Code(description: "closed")
    }

    /// The kind of trouble.
    public var code: Code
    /// What happened, where, and what to do, in one sentence without secrets.
    public var message: String
    /// librdkafka's error code, where it raised the error.
    public var kafkaCode: Int32?
    /// librdkafka's name for `kafkaCode`, such as `_TRANSPORT`.
    public var kafkaName: String?
    /// The same call may succeed later.
    public var isRetriable: Bool
    /// The client is of no more use: close it and make another.
    public var isFatal: Bool
    /// The transaction must be aborted; its input may then be processed again.
    public var requiresAbort: Bool

    /// Makes an error that librdkafka did not raise.
    public init(
        _ code: Code, _ message: String, isRetriable: Bool = false, isFatal: Bool = false, requiresAbort: Bool = false
    ) {
        self.code = code
        self.message = message
        self.isRetriable = isRetriable
        self.isFatal = isFatal
        self.requiresAbort = requiresAbort
    }

    /// `message (_TRANSPORT)`.
    public var description: String {
        kafkaName.map { "\(message) (\($0))" } ?? message
    }
}

extension MessagingError {
    /// `action` completes the sentence "could not …".
    init(_ error: rd_kafka_resp_err_t, _ action: String, detail: String? = nil) {
        self.init(Code(error), "could not \(action): \(detail ?? String(cString: rd_kafka_err2str(error)))")
        kafkaCode = error.rawValue
        kafkaName = String(cString: rd_kafka_err2name(error))
        isRetriable = [.unreachable, .timedOut, .queueFull].contains(code) || Self.transient.contains(error.rawValue)
        isFatal = error == RD_KAFKA_RESP_ERR__FATAL || code == .fenced
    }

    /// Takes ownership of `error`.
    init(consuming error: OpaquePointer, _ action: String) {
        self.init(rd_kafka_error_code(error), action, detail: String(cString: rd_kafka_error_string(error)))
        isRetriable = rd_kafka_error_is_retriable(error) != 0
        isFatal = rd_kafka_error_is_fatal(error) != 0
        requiresAbort = rd_kafka_error_txn_requires_abort(error) != 0
        rd_kafka_error_destroy(error)
    }

    /// Broker answers that pass by themselves: an election, a coordinator that loads or moves, a rebalance under way.
    private static let transient: Set<Int32> = Set(
        [
            RD_KAFKA_RESP_ERR__WAIT_COORD, RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS,
            RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE, RD_KAFKA_RESP_ERR_NOT_COORDINATOR,
            RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE, RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION,
            RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS, RD_KAFKA_RESP_ERR_UNSTABLE_OFFSET_COMMIT,
            RD_KAFKA_RESP_ERR__WAIT_CACHE, RD_KAFKA_RESP_ERR__IN_PROGRESS, RD_KAFKA_RESP_ERR_NETWORK_EXCEPTION,
            RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART,
        ].map(\.rawValue))
}

extension MessagingError.Code {
    fileprivate init(_ error: rd_kafka_resp_err_t) {
        self =
            switch error {
            case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, RD_KAFKA_RESP_ERR__TRANSPORT, RD_KAFKA_RESP_ERR__RESOLVE,
                RD_KAFKA_RESP_ERR_NETWORK_EXCEPTION:
                .unreachable
            case RD_KAFKA_RESP_ERR__TIMED_OUT, RD_KAFKA_RESP_ERR__MSG_TIMED_OUT, RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT:
                .timedOut
            case RD_KAFKA_RESP_ERR__QUEUE_FULL:
                .queueFull
            case RD_KAFKA_RESP_ERR__FENCED, RD_KAFKA_RESP_ERR_PRODUCER_FENCED,
                RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH, RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID:
                .fenced
            case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE:
                .recordTooLarge
            case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET, RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
                .gap
            case RD_KAFKA_RESP_ERR__AUTHENTICATION, RD_KAFKA_RESP_ERR__SSL,
                RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED,
                RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED,
                RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED:
                .unauthorized
            case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC,
                RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
                .unknownTopic
            case RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION, RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID,
                RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS:
                .rebalanced
            case RD_KAFKA_RESP_ERR__INVALID_ARG, RD_KAFKA_RESP_ERR_INVALID_CONFIG:
                .configuration
            case RD_KAFKA_RESP_ERR__PURGE_QUEUE, RD_KAFKA_RESP_ERR__PURGE_INFLIGHT, RD_KAFKA_RESP_ERR__DESTROY:
                .closed
            default:
                .brokerRejected
            }
    }
}
