import Commands

extension CommandTree {
    static let models = Command(
        name: "models", summary: "the registry of model versions",
        discussion: """
            A version is a candidate, in production, or retired; who moved it, when and why stays in PostgreSQL. A policy names \
            figures on evaluation sets that a version must show before it is promoted.
            """,
        examples: [
            .init(
                "helicase models evaluation-set add other-reads --task variants --description 'validation windows, seed 2' other/*.safetensors",
                "names a set of labelled examples"),
            .init("helicase models evaluate pileup-caller@2 --set held-out", "scores a version on it"),
            .init(
                "helicase models policy set pileup-caller --set held-out --metric auroc --required 0.99 --margin 0.002",
                "asks it of every version that is promoted from now on"),
            .init(
                "helicase models promote pileup-caller@2 --reason 'fewer false indels'", "promotes it if it complies"),
            .init("helicase models live pileup-caller --at 2026-03-01T12:00:00Z", "which version was live then"),
        ],
        subcommands: versions + evaluation + promotion + experiments)

    static let reason = Command.Option.option(
        "reason", "TEXT", help: "Why; it is kept in the registry.", default: "on the operator's request")

    private static let format = Command.Option.option(
        "format", "FORMAT", help: "safetensors, or onnx for other runtimes.", default: "safetensors")
    private static let file = Command.Argument("FILE", help: "A model package: safetensors, or ONNX as exported.")
    private static let version = Command.Argument("NAME@VERSION", help: "The version; the one in production without @.")
    private static let name = Command.Argument("NAME", help: "The model.")
    private static let setName = Command.Option.option("set", "NAME", help: "The evaluation set.", isRequired: true)

    /// Flags of the topics: a command that changes no version's state announces nothing.
    private static let unannounced = ["kafka", "topic-prefix", "partitions"]

    private static let versions = [
        Command(name: "list", summary: "every version and its state", ignoredOptions: unannounced),
        Command(
            name: "show", summary: "one version: architecture, lineage, history", arguments: [version],
            ignoredOptions: unannounced + ["json"]),
        Command(
            name: "history", summary: "every change of a model's versions: who, when and why", arguments: [name],
            ignoredOptions: unannounced),
        Command(
            name: "live", summary: "which version was in production at a time",
            discussion: """
                The registry's answer. `infer` follows a change within moments; each prediction names the version that made it.
                """,
            options: [.option("at", "TIME", help: "ISO 8601, such as 2026-03-01T12:00:00Z; now if not given.")],
            arguments: [name], ignoredOptions: unannounced),
        Command(
            name: "import", summary: "registers a package as a candidate",
            options: [
                .option("name", "NAME", help: "The model.", default: "pileup-caller"),
                .flag("promote", help: "Evaluates it as the model's policy asks, and puts it into production."), reason,
            ], arguments: [file]),
        Command(
            name: "export", summary: "writes a version's package to a file",
            examples: [
                .init(
                    "helicase models export pileup-caller@3 --format onnx --output caller.onnx",
                    "for ONNX Runtime, with everything that `models import` needs to read it back")
            ],
            options: [format, .option("output", "FILE", help: "Where it goes.", isRequired: true), force],
            arguments: [version], ignoredOptions: unannounced + ["json"]),
        Command(
            name: "convert", summary: "writes a package's file in another format, without the registry",
            options: [format, .option("output", "FILE", help: "Where it goes.", isRequired: true), force],
            arguments: [file], ignoredOptions: connectionOptions + ["json"]),
        Command(
            name: "card", summary: "writes a version's model card: Markdown, HTML and plots",
            discussion: """
                After Mitchell and others (2019): what the model is for, what it was trained on, how it does on every set that it \
                was evaluated on, how its probabilities are calibrated, its limits, and its history in the registry. card.html \
                is complete in itself; card.md shows the plots from the .svg files beside it.
                """,
            options: [.option("output", "DIR", help: "Where the files go.", isRequired: true), force],
            arguments: [version], ignoredOptions: unannounced + ["json"]),
        Command(
            name: "describe", summary: "says what a model is for; model cards print it",
            discussion: """
                FILE is JSON: {"summary": "…", "intendedUse": ["…"], "outOfScope": ["…"], "limits": ["…"], "contact": "…"}; all \
                but the summary may be left out. The description is of the model, not of one version; older ones are kept.
                """,
            arguments: [name, .init("FILE", help: "The description.")], ignoredOptions: unannounced + ["json"]),
    ]

    private static let evaluation = [
        Command(
            name: "evaluation-set", summary: "labelled examples under a name", ignoredOptions: unannounced,
            subcommands: [
                Command(
                    name: "add", summary: "registers files of labelled examples; a set is never changed",
                    discussion: """
                        The files are kept in PostgreSQL, so that whoever has the database can make every figure again. \
                        `helicase simulate examples` makes files of variants; files of the other tasks have the tensors \
                        `inputs` and `targets`, as `helicase train network` reads them, and \
                        `groups` where examples are not independent: those of one number are resampled together. A file \
                        that is named twice is refused.
                        """,
                    options: [
                        .option(
                            "task", "TASK",
                            help:
                                "What is predicted: variants, classes, binary, regression, or of several outputs labels, numbers, counts (of the Poisson loss) or heads.",
                            default: "variants"),
                        .option(
                            "labels", "A,B,…",
                            help: "Of classes, labels, numbers and counts: their names, in the order of the outputs."),
                        .option(
                            "like", "PACKAGE",
                            help: "Of heads, and outputs of several dimensions: a package of a network that has them."),
                        .option(
                            "background", "NAME", help: "Of classes: the one that all others are searched against."),
                        .option("features", "TEXT", help: "Other than of variants: the definition of the inputs."),
                        .option(
                            "description", "TEXT", help: "Where they are from and what they stand for.", default: ""),
                    ],
                    arguments: [
                        .init("NAME", help: "The set."),
                        .init("FILE", help: "Labelled examples (safetensors).", isRepeatable: true),
                    ]),
                Command(name: "list", summary: "every set"),
                Command(
                    name: "show", summary: "one set: files, digests, labels",
                    arguments: [.init("NAME", help: "The set.")]),
            ]),
        Command(
            name: "evaluate", summary: "scores a version on an evaluation set and keeps the figures",
            discussion: """
                Scores through the code of `infer`, calibration included. Intervals are those of a bootstrap over examples, or over their \
                groups, 95 %. A set with a file that the version was trained or validated on is refused.
                """,
            options: [setName], arguments: [version], ignoredOptions: unannounced),
        Command(
            name: "evaluations", summary: "the figures of a model's versions, side by side", arguments: [name],
            ignoredOptions: unannounced),
    ]

    private static let promotion = [
        Command(
            name: "policy", summary: "what a version must show before it is promoted", ignoredOptions: unannounced,
            subcommands: [
                Command(
                    name: "set", summary: "makes a rule, in place of one for the same set and metric",
                    discussion: """
                        --required is the worst value that is good enough. --margin is how much worse than the version in \
                        production it may be on the same examples: the lower bound of the paired bootstrap of the difference \
                        must not lie further below 0. `evaluations` shows the metrics' names.
                        """,
                    options: [
                        setName, .option("metric", "NAME", help: "The metric, such as auroc.", isRequired: true),
                        .option("required", "VALUE", help: "The worst value that is good enough."),
                        .option("margin", "VALUE", help: "How much worse than production it may be."), reason,
                    ], arguments: [name]),
                Command(name: "show", summary: "the rules of a model", arguments: [name]),
                Command(
                    name: "remove", summary: "ends a rule",
                    options: [setName, .option("metric", "NAME", help: "The metric.", isRequired: true)],
                    arguments: [name]),
            ]),
        Command(
            name: "promote", summary: "puts a version into production if the model's policy allows it",
            options: [
                .option("reason", "TEXT", help: "Why; it is kept in the registry, and --override demands it."),
                .flag("override", help: "Promotes it although the policy is not met; the history says so."),
            ], arguments: [version]),
        Command(
            name: "rollback", summary: "puts the version before back into production, whatever the policy says",
            options: [reason], arguments: [name]),
    ]
}
