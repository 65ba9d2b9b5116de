import Commands

extension CommandTree {
    private static let runArgument = Command.Argument("RUN", help: "The run, or the beginning of its id.")

    private static let fetching: [Command.Option] = [
        .flag("force", help: "Replaces files that are there."),
        .flag("allow-incomplete", help: "Ends with status 0 for an incomplete report too."),
    ]

    /// `helicase runs`.
    static let runs = Command(
        name: "runs", summary: "the runs: how far they are, their ends",
        subcommands: [
            Command(
                name: "list", summary: "the newest runs and how they are",
                options: [
                    .option(
                        "in-state", "WORD", help: "Only those that are opened, sealed, stalled, completed or failed."),
                    .option("sample", "NAME", help: "Only those of a sample."),
                    .option("limit", "N", help: "How many are looked at.", default: "50"),
                ]),
            Command(
                name: "show",
                summary:
                    "one run stage by stage: what is done, what is missing, how old the oldest unfinished record is",
                arguments: [runArgument]),
            Command(
                name: "attach", summary: "waits for a run as `helicase run` does, and fetches its files",
                options: [.option("output", "DIR", help: "Where the report goes.", default: ".")] + fetching,
                arguments: [runArgument]),
            Command(
                name: "cancel", summary: "gives a run up",
                options: [.option("reason", "TEXT", help: "Why.")], arguments: [runArgument]),
            Command(
                name: "resume", summary: "goes on with a run whose reading stopped; reads a failed one again",
                discussion: """
                    The request of an open run is sent again, and the reading goes on where it was. A failed run is read again \
                    from the start, as a new run.
                    """,
                arguments: [runArgument]),
            Command(
                name: "purge", summary: "removes runs that are over, with their rows and files",
                examples: [.init("helicase runs purge --older-than 90d --dry-run", "says what would go")],
                options: [
                    .option(
                        "older-than", "AGE", help: "How long they have been over: 90d, 12h, 2w.", isRequired: true),
                    .flag("dry-run", help: "Says which, and removes nothing."),
                ]),
        ])

    /// `helicase report`.
    static let report = Command(
        name: "report", summary: "the reports of completed runs",
        subcommands: [
            Command(
                name: "get", summary: "fetches the report of a run and its files",
                examples: [
                    .init("helicase report get 7d0c --output out", "all files into a folder"),
                    .init("helicase report get 7d0c --vcf | zcat", "the calls"),
                    .init("helicase report get 7d0c --json", "the report as it was published"),
                ],
                options: [
                    .flag("vcf", help: "Only the VCF (bgzip)."),
                    .option(
                        "output", "PATH",
                        help:
                            "The folder for all files, the file with --vcf or --json; these go to standard output without it."
                    ),
                ] + fetching,
                arguments: [runArgument]),
            whyReport, diffReports, replayReport, reanalyse, renderReport,
        ] + signing)

    private static let letters: [Command.Option] = [
        .option("reason", "TEXT", help: "Only those whose reason has this in it."),
        .option("origin", "TEXT", help: "Only those whose origin begins so: reads, reads/3, reads/3/17."),
        .option("run", "RUN", help: "Only those of a run."),
    ]

    /// `helicase dead-letters`.
    static let deadLetters = Command(
        name: "dead-letters", summary: "the records that could not be used",
        subcommands: [
            Command(
                name: "list", summary: "what there is, and why",
                options: letters + [
                    .option("by", "WORD", help: "Counts them by reason, origin or run."),
                    .option("limit", "N", help: "How many are shown.", default: "100"),
                ]),
            Command(
                name: "show", summary: "one of them",
                options: [.option("output", "FILE", help: "Writes its value there.")],
                arguments: [.init("LETTER", help: "PARTITION/OFFSET, as `list` says.")]),
            Command(
                name: "replay", summary: "sends them again to where they came from, each once",
                discussion: """
                    What a letter led to when it was rejected is taken back first, so that its unit counts once; where that is \
                    too late (the run is over, or its stage has closed) the letter is not sent, and the reason is said. Each \
                    letter is sent once, also when this command is killed and given again. The table dead_letter_replays says \
                    who sent which.
                    """,
                examples: [
                    .init(
                        "helicase dead-letters replay --reason \"not known to this version\" --dry-run",
                        "says what it would do")
                ],
                options: letters + [
                    .flag("all", help: "All that there are."),
                    .flag("dry-run", help: "Says which would be sent, and sends none."),
                    .option("rate", "N/s", help: "At most so many a second."),
                ]),
        ])
}
