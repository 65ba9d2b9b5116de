internal import CRdKafka
import Dispatch
import Synchronization

/// A librdkafka handle and the queue on which its blocking calls run.
///
/// The handle is destroyed with the last reference, so a call under way never loses it.
final class KafkaClient: Sendable {
    enum Kind { case producer, consumer }

    /// `rd_kafka_t` does its own locking.
    nonisolated(unsafe) let raw: OpaquePointer
    let configuration: MessagingConfiguration
    let events: ClientEvents
    /// The most bytes that a record may have, as this client is configured.
    let largestRecord: Int
    private let calls = DispatchQueue(label: "messaging.calls", attributes: .concurrent)

    /// `defaults` give way to the configured properties, `fixed` do not.
    init(
        _ kind: Kind, _ configuration: MessagingConfiguration, defaults: [String: String] = [:],
        fixed: [String: String] = [:], events: ClientEvents? = nil
    ) throws(MessagingError) {
        guard let conf = rd_kafka_conf_new() else {
            throw MessagingError(.configuration, "could not make a Kafka client: out of memory")
        }
        let common = [
            "bootstrap.servers": configuration.bootstrapServers, "client.id": configuration.clientID,
            "message.max.bytes": "8388608", "socket.keepalive.enable": "true",
            "reconnect.backoff.max.ms": "1000", "topic.metadata.refresh.interval.ms": "10000",
        ]
        let all = common.merging(defaults) { $1 }.merging(configuration.properties) { $1 }.merging(fixed) { $1 }
        do throws(MessagingError) {
            for (property, value) in all { try ClientProperties.set(property, value, on: conf) }
        } catch {
            rd_kafka_conf_destroy(conf)
            throw error
        }
        let events = events ?? ClientEvents(configuration)
        events.install(on: conf)
        var reason = [CChar](repeating: 0, count: 512)
        // Owns `conf` where it succeeds.
        guard
            let raw = rd_kafka_new(
                kind == .producer ? RD_KAFKA_PRODUCER : RD_KAFKA_CONSUMER, conf, &reason, reason.count)
        else {
            rd_kafka_conf_destroy(conf)
            let text = ClientProperties.redact(Self.text(reason), secretsOf: configuration.properties)
            throw MessagingError(.configuration, "could not make a Kafka client: \(text)")
        }
        self.raw = raw
        largestRecord = all["message.max.bytes"].flatMap { Int($0) } ?? 1_000_000
        self.configuration = configuration
        self.events = events
    }

    deinit {
        // Joins the client's threads, which takes longer than a cooperative thread may be held.
        // The closure keeps `events` until no callback can come.
        nonisolated(unsafe) let raw = raw
        calls.async { [events] in
            withExtendedLifetime(events) { rd_kafka_destroy(raw) }
        }
    }

    /// Runs a blocking call away from the cooperative pool.
    func blocking<Value: Sendable>(_ body: @escaping @Sendable (KafkaClient) throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            calls.async { continuation.resume(with: Result { try body(self) }) }
        }
    }

    /// Repeats a call while its error is retriable.
    ///
    /// Cancellation ends the repetition; `grace` is for work that should be finished all the same, within that time.
    func retrying<Value: Sendable>(
        grace: Duration = .zero, _ body: @escaping @Sendable (KafkaClient) throws -> Value
    ) async throws -> Value {
        var deadline: ContinuousClock.Instant?
        while true {
            do {
                return try await blocking(body)
            } catch let error as MessagingError where error.isRetriable && !error.isFatal && !error.requiresAbort {
                if let refusal = events.refusal { throw refusal }
                await withCheckedContinuation { continuation in
                    calls.asyncAfter(deadline: .now() + .milliseconds(100)) { continuation.resume() }
                }
                guard Task.isCancelled else { continue }
                deadline = deadline ?? .now + grace
                if let deadline, deadline <= .now { throw CancellationError() }
            }
        }
    }

    /// For requests that finish a unit of work in hand.
    static let grace: Duration = .seconds(20)

    /// Asks again for a broker while none is known to answer, so that readiness comes back by itself.
    func probeWhileDown() {
        guard events.currentTrouble != nil else { return }
        calls.async { _ = try? self.metadata(timeout: 800) }
    }

    /// The error that ended the client's usefulness, if one did.
    var fatalError: MessagingError? {
        var reason = [CChar](repeating: 0, count: 512)
        let code = rd_kafka_fatal_error(raw, &reason, reason.count)
        guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { return nil }
        var error = MessagingError(code, "go on with this client", detail: Self.text(reason))
        error.isFatal = true
        error.isRetriable = false
        return error
    }

    private static func text(_ characters: [CChar]) -> String {
        String(decoding: characters.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
