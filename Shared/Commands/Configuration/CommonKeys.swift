extension Configuration.Key {
    /// The keys that every service has, in the order `--help` lists them.
    public static let common: [Configuration.Key] = [
        .kafka, .topicPrefix, .database, .state, .dataRoots, .workers, .httpAddress, .httpPort, .logLevel, .logFormat,
        .instance,
        .shutdownTimeout, .config,
    ]

    /// The Kafka brokers.
    public static let kafka = Configuration.Key(
        "kafka",
        help: """
            The Kafka brokers, host:port, separated by commas. HELICASE_KAFKA_<PROPERTY> sets any property of \
            librdkafka, HELICASE_KAFKA_SECURITY_PROTOCOL=SASL_SSL for one.
            """)

    /// What the names of all topics begin with.
    public static let topicPrefix = Configuration.Key(
        "topic-prefix", help: "What the names of all topics begin with.", default: "helicase.")

    /// The database's URL, which may hold a password.
    public static let database = Configuration.Key(
        "database", help: "The PostgreSQL database, postgresql://user:password@host/name.", isSecret: true)

    /// The folder of what a service can rebuild from its topics.
    public static let state = Configuration.Key(
        "state", help: "The folder of what the service can rebuild from its topics.", default: "helicase-state")

    /// The folders below which files named by requests are opened; see ``DataRoots``.
    public static let dataRoots = Configuration.Key(
        "data-roots",
        help: """
            The folders, separated by colons, below which files are opened that requests name. If not set: the home \
            folder, the working folder and those for temporary files, and whatever somebody asks for who may write to \
            the database.
            """)

    /// How many units of work are in hand at once.
    public static let workers = Configuration.Key(
        "workers", help: "Units of work in hand at once; one a core if not set.")

    /// Where the HTTP server listens.
    public static let httpAddress = Configuration.Key(
        "http-address", help: "Where /metrics, /health and /ready are served; 0.0.0.0 for all networks.",
        default: "127.0.0.1")

    /// The HTTP server's port.
    public static let httpPort = Configuration.Key(
        "http-port", help: "Their port; 0 is any free one, which the log tells.", default: "0")

    /// Which lines are logged.
    public static let logLevel = Configuration.Key(
        "log-level", help: "The least line that is logged: trace, debug, info, notice, warning or error.",
        default: "info")

    /// How lines look.
    public static let logFormat = Configuration.Key("log-format", help: "Log lines as text or json.", default: "text")

    /// What tells this process from others of the service.
    public static let instance = Configuration.Key(
        "instance", help: "What tells this process from others of the service; host and process id if not set.")

    /// How long a service may take to stop.
    public static let shutdownTimeout = Configuration.Key(
        "shutdown-timeout", help: "How long the unit in hand may take after the first SIGTERM or SIGINT.",
        default: "25s")
}
