import Synchronization

/// A message that a channel's listeners got.
public struct Notification: Sendable, Hashable {
    /// The channel.
    public let channel: String
    /// The sender's text; empty in a notification that is marked as ``mayHaveMissed``.
    public let payload: String
    /// Whether the connection was lost and made again, so that what was sent meanwhile is missing: look for yourself.
    public let mayHaveMissed: Bool

    init(channel: String, payload: String = "", mayHaveMissed: Bool = false) {
        self.channel = channel
        self.payload = payload
        self.mayHaveMissed = mayHaveMissed
    }
}

extension Database {
    /// Hands `body` what is sent to a channel from before it starts until it returns.
    ///
    /// Listening has a connection of its own, beside the pool's. The stream reads from it when the next notification is
    /// asked for, so what waits to be read waits in the server. When the connection breaks the stream makes a new one,
    /// as long as that takes, and says so in a notification marked as ``Notification/mayHaveMissed``. It ends when
    /// the task is cancelled, and throws when the server refuses.
    @discardableResult
    public func listen<R: Sendable>(
        on channel: String, _ body: @Sendable (AsyncThrowingStream<Notification, any Error>) async throws -> R
    ) async throws -> R {
        let listener = Listener(channel: channel, configuration: configuration)
        try await listener.connect()
        return try await body(AsyncThrowingStream { try await listener.next() })
    }
}

/// One channel's connection, made again whenever it breaks.
private final class Listener: Sendable {
    private let channel: String
    private let configuration: DatabaseConfiguration
    private let session = Mutex<Session?>(nil)

    init(channel: String, configuration: DatabaseConfiguration) {
        self.channel = channel
        self.configuration = configuration
    }

    func connect() async throws {
        let session = try await Session.open(configuration)
        _ = try await interruptibly(session) {
            try await session.run(EncodedStatement("LISTEN \(identifier: channel)"))
        }
        self.session.withLock { $0 = session }
    }

    func next() async throws -> Notification? {
        do {
            guard let session = session.withLock({ $0 }) else { return nil }
            return try await interruptibly(session) { try await session.nextNotification() }
        } catch let error as StorageError where error.isConnectionLost {
            try await Retries(deadline: .seconds(Int64.max / 4))(while: \.isRetriable) { try await connect() }
            return Notification(channel: channel, mayHaveMissed: true)
        }
    }

    private func interruptibly<R: Sendable>(
        _ session: Session, _ exchange: () async throws -> R
    ) async throws -> R {
        try await withTaskCancellationHandler(operation: exchange) { session.watch.interrupt(CancellationError()) }
    }
}
