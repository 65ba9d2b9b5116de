/// Where the broker is, how topics and clients are named, and librdkafka's own properties.
public struct MessagingConfiguration: Sendable {
    /// `host:port`, separated by commas.
    public var bootstrapServers: String
    /// What every topic, consumer group and transactional id begins with on the broker.
    public var topicPrefix: String
    /// What the broker's logs and quotas call this process.
    public var clientID: String
    /// librdkafka properties that override the suite's own, for producers, consumers and admin requests alike.
    ///
    /// `auto.offset.reset` says where a group without committed offsets starts; it never skips lost records.
    public var properties: [String: String]
    /// Takes librdkafka's log lines: syslog level, facility and text; they are dropped without it.
    ///
    /// Called on librdkafka's threads.
    public var log: (@Sendable (_ level: Int, _ facility: String, _ message: String) -> Void)?

    /// Names a broker.
    public init(
        bootstrapServers: String, topicPrefix: String = "helicase.", clientID: String = "helicase",
        properties: [String: String] = [:]
    ) {
        self.bootstrapServers = bootstrapServers
        self.topicPrefix = topicPrefix
        self.clientID = clientID
        self.properties = properties
    }

    /// Reads `HELICASE_KAFKA`, `HELICASE_TOPIC_PREFIX`, `HELICASE_INSTANCE` and `HELICASE_KAFKA_<PROPERTY>`.
    ///
    /// `HELICASE_KAFKA_SECURITY_PROTOCOL=SASL_SSL` sets `security.protocol`. Throws an error that names the variable,
    /// never its value.
    public init(environment: [String: String]) throws {
        guard let servers = environment["HELICASE_KAFKA"], !servers.isEmpty else {
            throw MessagingError(.configuration, "HELICASE_KAFKA is not set; give the broker as host:port")
        }
        for server in servers.split(separator: ",", omittingEmptySubsequences: false) {
            guard let colon = server.lastIndex(of: ":"), colon != server.startIndex,
                let port = Int(server[server.index(after: colon)...]), (1...65535).contains(port)
            else {
                throw MessagingError(
                    .configuration, "HELICASE_KAFKA has \"\(server)\" where host:port is needed")
            }
        }
        let prefix = environment["HELICASE_TOPIC_PREFIX"] ?? "helicase."
        let isLegal = prefix.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        guard isLegal, prefix.utf8.count <= 200 else {
            throw MessagingError(
                .configuration,
                "HELICASE_TOPIC_PREFIX may hold up to 200 letters, digits, dots, underscores and hyphens")
        }
        self.init(
            bootstrapServers: servers, topicPrefix: prefix, clientID: environment["HELICASE_INSTANCE"] ?? "helicase")
        let marker = "HELICASE_KAFKA_"
        for (variable, value) in environment where variable.hasPrefix(marker) {
            let property = variable.dropFirst(marker.count).lowercased().replacing("_", with: ".")
            try ClientProperties.check(property, value, origin: variable)
            properties[property] = value
        }
    }
}
