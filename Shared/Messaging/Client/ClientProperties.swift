internal import CRdKafka

/// librdkafka properties on their way into a client, with errors that show no value.
enum ClientProperties {
    /// Throws where librdkafka does not know the property or does not take the value.
    static func check(_ property: String, _ value: String, origin: String) throws(MessagingError) {
        let scratch = rd_kafka_conf_new()
        defer { rd_kafka_conf_destroy(scratch) }
        try set(property, value, on: scratch, origin: origin)
    }

    /// Sets one property; `origin` is what the error calls it.
    static func set(
        _ property: String, _ value: String, on conf: OpaquePointer?, origin: String? = nil
    ) throws(MessagingError) {
        // librdkafka's own text quotes the value, which may be a password.
        switch rd_kafka_conf_set(conf, property, value, nil, 0) {
        case RD_KAFKA_CONF_OK: return
        case RD_KAFKA_CONF_UNKNOWN:
            throw MessagingError(
                .configuration, "\(origin ?? property): librdkafka has no property \"\(property)\"")
        default:
            throw MessagingError(
                .configuration, "\(origin ?? property): librdkafka does not take this value for \"\(property)\"")
        }
    }

    /// `text` with the values of secret properties masked.
    static func redact(_ text: String, secretsOf properties: [String: String]) -> String {
        properties.reduce(text) { text, property in
            let words = ["password", "secret", "pem", "oauthbearer.config", "sasl.jaas"]
            let isSecret = words.contains { property.key.contains($0) } && !property.value.isEmpty
            return isSecret ? text.replacing(property.value, with: "***") : text
        }
    }
}
