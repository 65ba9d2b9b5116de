import Commands

extension CommandTree {
    static let stack = Command(
        name: "stack", summary: "the suite on this machine",
        subcommands: [
            Command(
                name: "up", summary: "starts PostgreSQL, a broker and the services under a supervisor",
                discussion: """
                    The supervisor starts again what dies, and what hangs. PostgreSQL is a private cluster in the state folder, \
                    unless --database names another. The broker is the first that applies: --kafka or HELICASE_KAFKA; Apache \
                    Kafka where KAFKA_HOME names an installation; else an embedded one, which keeps everything in memory.
                    On a stack that is up, --processes scales it, as `stack scale` does.
                    """,
                examples: [
                    .init("helicase stack up --processes align=2,encode=2", "starts more of two stages"),
                    .init("helicase stack up --http-ports 9100", "serves metrics on ports that stay"),
                ],
                options: start + [
                    .option(
                        "data-root", "DIR",
                        help: "A folder of which requests may name files, and no other; may be repeated.",
                        isRepeatable: true)
                ], ignoredOptions: ["json"]),
            Command(
                name: "down", summary: "stops the services, the broker and PostgreSQL; data stays",
                ignoredOptions: elsewhere + ["json"]),
            Command(
                name: "status", summary: "processes, where they listen, and how far each stage is behind",
                ignoredOptions: elsewhere),
            Command(
                name: "scale", summary: "starts or ends processes until there are so many of each stage",
                examples: [.init("helicase stack scale align=3 infer=2", "stages that are not named stay")],
                arguments: [.init("STAGE=N", help: "A stage and its number of processes.", isRepeatable: true)],
                ignoredOptions: elsewhere),
            Command(
                name: "restart", summary: "ends a process, or all of a stage, and starts it again",
                discussion: "The unit in hand is finished first; one that does not end within 30 seconds is killed.",
                arguments: [.init("PROCESS", help: "As `stack status` names it (align-2), or a stage (align).")],
                ignoredOptions: elsewhere + ["json"]),
            Command(
                name: "logs", summary: "the end of the logs",
                examples: [.init("helicase stack logs infer-1 --follow", "goes on as the log does")],
                options: [
                    .flag("follow", help: "Shows what comes, until Ctrl-C."),
                    .option("lines", "N", help: "How many lines of each log.", default: "20"),
                ],
                arguments: [.init("PROCESS", help: "A process or a stage; all if not given.", isRequired: false)],
                ignoredOptions: elsewhere + ["json"]),
            Command(
                name: "supervise", summary: "the supervisor itself, in the foreground (for service managers)",
                options: start, ignoredOptions: ["json"]),
        ])

    private static let start: [Command.Option] = [
        .option("processes", "STAGE=N,…", help: "How many processes of each stage; one if not named."),
        .option(
            "http-ports", "PORT or STAGE=PORT,…",
            help: """
                The first port of ten for each stage (ingest, align, encode, infer, report, train), or of each named stage; \
                any free ports if not given. prometheus.yml in the state folder names those in use.
                """),
        .option("log-megabytes", "N", help: "How large a log grows before it is cut off; 16 if not given."),
        .option(
            "hang-seconds", "N",
            help: "How long a process may leave /health unanswered before it is ended; 30 if not given."
        ),
    ]

    /// What a running stack knows itself.
    private static let elsewhere = ["kafka", "database", "topic-prefix", "partitions"]
}
