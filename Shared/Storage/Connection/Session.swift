import CLibPQ
import Dispatch
import Synchronization

/// One libpq connection: every call into libpq happens here, on a serial queue of its own, and none of them blocks.
///
/// One task at a time may use it (``Connection`` sees to that). After a lost connection or an interruption it is
/// good for nothing but being released, which closes it.
actor Session {
    /// Where the server sees the connection's transaction.
    enum TransactionStatus: Int {
        case idle, active, open, failed, unknown
    }

    nonisolated let watch: SocketWatch
    private let executor = QueueExecutor(label: "helicase.storage.session")
    private let canceller = Mutex<Canceller?>(nil)
    private let status = Atomic(TransactionStatus.unknown.rawValue)
    private var handle: ConnectionHandle?
    var statements = PreparedStatements()
    var copyTypes: [String: [DatabaseType]] = [:]

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private init() { watch = SocketWatch(queue: executor.queue) }

    /// Connects; the error of a server that refuses has the server's SQLSTATE.
    static func open(_ configuration: DatabaseConfiguration) async throws -> Session {
        let session = Session()
        return try await withTaskCancellationHandler {
            try Task.checkCancellation()
            try await session.connect(configuration)
            return session
        } onCancel: {
            session.watch.interrupt(CancellationError())
        }
    }

    /// The transaction's status after the last statement.
    nonisolated var transactionStatus: TransactionStatus {
        TransactionStatus(rawValue: status.load(ordering: .acquiring)) ?? .unknown
    }

    /// Whether another user may have the connection: it works, waits for nothing and is in no transaction.
    nonisolated var isReusable: Bool { transactionStatus == .idle && watch.isQuiet }

    /// Ends what runs, here at once and on the server as soon as it notices; the connection is then useless.
    nonisolated func abandon() {
        canceller.withLock { $0 }?.send()
        watch.interrupt(CancellationError())
    }

    /// Asks the server to end the running statement, and returns when it was asked.
    nonisolated func cancelStatement() async { await canceller.withLock { $0 }?.deliver() }

    // MARK: - The exchange with the server, in libpq's order

    /// The libpq connection, for the calls of this type's extensions.
    var pointer: OpaquePointer? { handle?.pointer }

    /// Sends everything that libpq holds back, reading meanwhile: a server that cannot write stops reading.
    func flush() async throws {
        while true {
            switch PQflush(pointer) {
            case 0: return
            case 1: try await watch.wait(write: true)
            default: throw lost()
            }
            guard PQconsumeInput(pointer) == 1 else { throw lost() }
        }
    }

    /// The next result of what was sent; `nil` after the last.
    func nextResult() async throws -> OpaquePointer? {
        while PQisBusy(pointer) == 1 {
            if !watch.isReadableSoon() { try await watch.wait() }
            guard PQconsumeInput(pointer) == 1 else { throw lost() }
        }
        return PQgetResult(pointer)
    }

    /// The next notification, waiting for it.
    func nextNotification() async throws -> Notification {
        while true {
            if let notification = PQnotifies(pointer) {
                defer { PQfreemem(notification) }
                return Notification(
                    channel: String(cString: notification.pointee.relname),
                    payload: String(cString: notification.pointee.extra))
            }
            try await watch.wait()
            guard PQconsumeInput(pointer) == 1 else { throw lost() }
        }
    }

    /// Publishes the transaction's status; called after every statement.
    func updateStatus() {
        let now: TransactionStatus =
            switch PQtransactionStatus(pointer) {
            case PQTRANS_IDLE: .idle
            case PQTRANS_ACTIVE: .active
            case PQTRANS_INTRANS: .open
            case PQTRANS_INERROR: .failed
            default: .unknown
            }
        status.store(now.rawValue, ordering: .releasing)
    }

    /// The error of a connection that broke.
    func lost() -> any Error {
        updateStatus()
        return watch.interruption
            ?? StorageError(.connectionLost, "the connection to the database is lost: \(lastMessage)")
    }

    /// The error of a call that libpq refused, or of a connection that is gone.
    func refused(_ what: String) -> any Error {
        if watch.interruption != nil || PQstatus(pointer) == CONNECTION_BAD { return lost() }
        return StorageError(.invalidStatement, "libpq refused \(what): \(lastMessage)")
    }

    private var lastMessage: String { String(cString: PQerrorMessage(pointer)).oneLine }

    // MARK: - Connecting

    private func connect(_ configuration: DatabaseConfiguration) async throws {
        _ = try configuration.options()
        // What the URL says wins over the keywords before it. A peer that vanished is found out within a minute.
        let keywords = [
            "fallback_application_name": configuration.applicationName, "keepalives_idle": "20",
            "keepalives_interval": "10", "keepalives_count": "3", "tcp_user_timeout": "60000",
        ]
        let parameters = keywords.map { ($0, $1) } + [("dbname", configuration.url), ("client_encoding", "UTF8")]
        guard let started = Self.start(parameters) else {
            throw StorageError(.cannotConnect, "libpq is out of memory")
        }
        handle = ConnectionHandle(pointer: started)
        helicase_silence_notices(started)
        // Only the verbose form of a refusal has its SQLSTATE.
        PQsetErrorVerbosity(started, PQERRORS_VERBOSE)
        let timer = watch.interrupt(
            after: configuration.connectTimeout,
            StorageError(
                .cannotConnect, "\(configuration) gave no answer within \(configuration.connectTimeout)"))
        defer { timer.cancel() }
        var step = PQstatus(started) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING
        while step != PGRES_POLLING_OK {
            guard step != PGRES_POLLING_FAILED else { throw Self.connectFailure(lastMessage) }
            // libpq changes sockets as it tries one address after the other.
            try watch.attach(PQsocket(started))
            try await watch.wait(read: step == PGRES_POLLING_READING, write: step == PGRES_POLLING_WRITING)
            step = PQconnectPoll(started)
        }
        try watch.attach(PQsocket(started))
        PQsetErrorVerbosity(started, PQERRORS_DEFAULT)
        PQsetnonblocking(started, 1)
        let canceller = Canceller(started)
        self.canceller.withLock { $0 = canceller }
        updateStatus()
    }

    private static func start(_ parameters: [(String, String)]) -> OpaquePointer? {
        let strings = parameters.map { ($0.0.utf8CString, $0.1.utf8CString) }
        // One buffer for all strings, so that the addresses hold while libpq copies them.
        let bytes = ContiguousArray(strings.flatMap { $0.0 + $0.1 })
        return bytes.withUnsafeBufferPointer { buffer in
            var keywords: [UnsafePointer<CChar>?] = []
            var values: [UnsafePointer<CChar>?] = []
            var offset = 0
            for (keyword, value) in strings {
                keywords.append(buffer.baseAddress?.advanced(by: offset))
                values.append(buffer.baseAddress?.advanced(by: offset + keyword.count))
                offset += keyword.count + value.count
            }
            return PQconnectStartParams(keywords + [nil], values + [nil], 1)
        }
    }

    /// Takes the SQLSTATE out of `… FATAL: 28P01: password … LOCATION: …`.
    private static func connectFailure(_ message: String) -> StorageError {
        var text = message
        if let location = text.range(of: " LOCATION: ") { text = String(text[..<location.lowerBound]) }
        guard let match = text.firstMatch(of: #/(?:FATAL|ERROR|PANIC): +([0-9A-Z]{5}): /#) else {
            return StorageError(.cannotConnect, text)
        }
        var error = StorageError(
            StorageError.Code(rawValue: String(match.1)), text.replacingOccurrences(of: "\(match.1): ", with: ""))
        error.sqlState = String(match.1)
        return error
    }
}

/// Owns a `PGconn`; releasing it closes the connection.
private struct ConnectionHandle: ~Copyable {
    let pointer: OpaquePointer

    deinit { PQfinish(pointer) }
}
