import Commands
import ModelRegistry

extension CommandTree {
    /// What `helicase models` has for trying a version on live traffic.
    static let experiments = [
        Command(
            name: "shadow", summary: "tries a version beside the one in production, in silence",
            discussion: """
                `infer` scores every example with both versions; only production's scores go on. The two are compared in \
                PostgreSQL: agreement, shifts of what is called, calibration, drift of the inputs. The verdict comes when the planned \
                number of examples is there, and before if the challenger certainly does harm (looks at a quarter, a half and \
                three quarters). `models experiment show` explains the figures.
                """,
            examples: [
                .init("helicase models shadow pileup-caller@2 --examples 50000", "records a verdict"),
                .init("helicase models shadow pileup-caller@2 --auto", "promotes it if the verdict is good"),
                .init("helicase models shadow promoter-ecoli@2 --examples 5000", "on runs that name the model"),
            ],
            options: trial, arguments: [challenger]),
        Command(
            name: "canary", summary: "lets a version score a share of the runs",
            discussion: """
                The challenger scores whole runs, chosen by a hash of their ids, that are opened five seconds later or more; \
                each prediction says who scored it. Production scores them too, for the comparison, which is that of a shadow. \
                Whatever the verdict, it ends the trial, and production scores everything again.
                """,
            examples: [.init("helicase models canary pileup-caller@2 --share 0.1 --auto", "a tenth of the runs")],
            options: [.option("share", "SHARE", help: "The share of the runs, above 0, at most 1.", isRequired: true)]
                + trial,
            arguments: [challenger]),
        Command(
            name: "experiment", summary: "the trial of a version: its figures, its end",
            subcommands: [
                Command(
                    name: "show", summary: "the open trial of a model, or the last one, with its figures",
                    arguments: [.init("NAME", help: "The model.")]),
                Command(
                    name: "stop", summary: "ends the open trial of a model without a verdict", options: [reason],
                    arguments: [.init("NAME", help: "The model.")]),
            ]),
    ]

    private static let challenger = Command.Argument("NAME@VERSION", help: "The version that is tried.")

    private static let trial: [Command.Option] = [
        .option(
            "examples", "N", help: "The examples that the verdict rests on.", default: "\(Thresholds().examples)"),
        .option(
            "agreement", "SHARE", help: "The least share of the answers that must be alike.",
            default: "\(Thresholds().agreement)"),
        .option(
            "tolerance", "X",
            help:
                "How far apart numbers may be that count as the same, for models that say numbers; the error of the version in "
                + "production if not given."),
        .flag("auto", help: "Promotes the version when that is the verdict and the registry's guards allow it."),
        reason,
    ]
}
