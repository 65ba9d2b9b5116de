internal import CRdKafka
import Synchronization

/// What librdkafka tells a client through callbacks; the callbacks' one opaque pointer.
final class ClientEvents: Sendable {
    typealias Delivery = @Sendable (UnsafePointer<rd_kafka_message_t>) -> Void
    typealias Rebalance =
        @Sendable (OpaquePointer, rd_kafka_resp_err_t, UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?) -> Void

    private let configuration: MessagingConfiguration
    fileprivate let delivery: Delivery?
    fileprivate let rebalance: Rebalance?
    private let contact = Mutex(Contact())

    private struct Contact {
        var isMade = false
        var trouble: MessagingError?
    }

    init(_ configuration: MessagingConfiguration, delivery: Delivery? = nil, rebalance: Rebalance? = nil) {
        self.configuration = configuration
        self.delivery = delivery
        self.rebalance = rebalance
    }

    /// Why the brokers cannot be used at present.
    var currentTrouble: MessagingError? { contact.withLock { $0.trouble } }

    /// The brokers refuse credentials that they never accepted before: waiting does not help.
    var refusal: MessagingError? {
        contact.withLock { $0.isMade || $0.trouble?.code != .unauthorized ? nil : $0.trouble }
    }

    /// A broker answered.
    func noteContact() {
        contact.withLock { $0 = Contact(isMade: true) }
    }

    func install(on conf: OpaquePointer) {
        rd_kafka_conf_set_opaque(conf, Unmanaged.passUnretained(self).toOpaque())
        rd_kafka_conf_set_error_cb(conf, onError)
        rd_kafka_conf_set_log_cb(conf, configuration.log == nil ? nil : onLog)
        if delivery != nil { rd_kafka_conf_set_dr_msg_cb(conf, onDelivery) }
        if rebalance != nil { rd_kafka_conf_set_rebalance_cb(conf, onRebalance) }
    }

    fileprivate func failed(_ error: rd_kafka_resp_err_t, _ reason: String) {
        let error = MessagingError(error, "reach the broker", detail: redact(reason))
        guard error.code == .unauthorized || error.code == .unreachable || error.isFatal else { return }
        // A connection that breaks is the library's business until no broker is left.
        guard error.kafkaCode != RD_KAFKA_RESP_ERR__TRANSPORT.rawValue else { return }
        contact.withLock { contact in
            // "All brokers are down" follows every refusal; the refusal says more.
            if contact.trouble?.code != .unauthorized || error.isFatal { contact.trouble = error }
        }
    }

    fileprivate func log(_ level: Int, _ facility: String, _ text: String) {
        configuration.log?(level, facility, redact(text))
    }

    private func redact(_ text: String) -> String {
        ClientProperties.redact(text, secretsOf: configuration.properties)
    }
}

private func events(_ opaque: UnsafeMutableRawPointer?) -> ClientEvents? {
    opaque.map { Unmanaged<ClientEvents>.fromOpaque($0).takeUnretainedValue() }
}

private func onError(
    _ client: OpaquePointer?, _ code: Int32, _ reason: UnsafePointer<CChar>?, _ opaque: UnsafeMutableRawPointer?
) {
    events(opaque)?.failed(rd_kafka_resp_err_t(code), reason.map { String(cString: $0) } ?? "")
}

private func onLog(
    _ client: OpaquePointer?, _ level: Int32, _ facility: UnsafePointer<CChar>?, _ text: UnsafePointer<CChar>?
) {
    guard let client, let facility, let text else { return }
    events(rd_kafka_opaque(client))?.log(Int(level), String(cString: facility), String(cString: text))
}

private func onDelivery(
    _ client: OpaquePointer?, _ message: UnsafePointer<rd_kafka_message_t>?, _ opaque: UnsafeMutableRawPointer?
) {
    guard let message, let events = events(opaque) else { return }
    if message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR { events.noteContact() }
    events.delivery?(message)
}

private func onRebalance(
    _ client: OpaquePointer?, _ code: rd_kafka_resp_err_t,
    _ partitions: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?, _ opaque: UnsafeMutableRawPointer?
) {
    guard let client else { return }
    events(opaque)?.rebalance?(client, code, partitions)
}
