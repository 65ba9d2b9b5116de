import Commands

/// Everything that users type.
enum CommandTree {
    static let root = Command(
        name: "helicase", summary: "from a sequencer's reads to a sample's variant report",
        discussion: """
            Helicase is a set of services that speak over Kafka topics and keep their results in PostgreSQL. This command \
            starts them on one machine, streams samples through them, and looks after models, topics and tables.
            """,
        examples: [
            .init("helicase stack up", "starts PostgreSQL, a broker and the services"),
            .init(
                "helicase run --sample NA12878 --reference hg19.fa.gz --fastq R1.fastq.gz --fastq2 R2.fastq.gz --output out",
                "streams one sample through the stack and waits for its report"),
            .init(
                "helicase evaluate variants --predictions out/NA12878.vcf.gz --truth truth.vcf.gz --regions confident.bed "
                    + "--reference hg19.fa.gz", "compares the calls with a truth set"),
        ],
        options: connection,
        subcommands: [
            stack, run, runs, report, deadLetters, predict, joint, interpret, annotate, hgvs, classify, diagnose,
            pharmacogenomics,
            risk, ancestry, kinship, explain, evaluate, check, data, train, jobs, simulate, design, models, knowledge,
            audit, topics, schemas, database, broker,
        ])

    private static let connection: [Command.Option] = [
        .option("state", "DIR", help: "The stack's state folder: HELICASE_STATE, or helicase-state, if not given."),
        .option("kafka", "HOST:PORT", help: "The brokers, instead of the stack's (HELICASE_KAFKA)."),
        .option("database", "URL", help: "The database, instead of the stack's (HELICASE_DATABASE)."),
        .option("topic-prefix", "TEXT", help: "What the names of all topics begin with (HELICASE_TOPIC_PREFIX)."),
        .option(
            "partitions", "N", help: "Partitions of each topic, how many ways a stage can be scaled; 8 if not given."),
        .flag("json", help: "Machine-readable output."),
    ]

    /// Flags of the stack and its services that a command which works alone does not need.
    static let connectionOptions = ["state", "kafka", "database", "topic-prefix", "partitions"]
    /// Allows what a command refuses else: to replace a file that is there.
    static let force = Command.Option.flag("force", help: "Replaces files that are there.")

    private static let run = Command(
        name: "run", summary: "streams one sample through the running stack and waits for its report",
        discussion: """
            Leaves S.vcf.gz and S.g.vcf.gz with their indexes, S.callable.bed.gz, S.report.json and S.report.html in the output folder; of --task the report and a table \
            (S.tsv), a track of windows (--format), or for a VCF that VCF with what the model says of each allele. Paths are those of the machine on which \
            `ingest` runs; `-` is this command's standard input, and pipes (`<(zcat …)`) are read by this command too. \
            A report from which reads are missing is written and says so, and the exit status is 1. The end of a stream is \
            taken for the end of the reads, unless it is amid a record or a compressed block: use `set -o pipefail`.
            """,
        examples: [
            .init(
                "helicase run --sample S --reference R.fa --fastq A.fastq.gz --fastq2 B.fastq.gz --output out",
                "a pair of FASTQ files"),
            .init("helicase run --sample S --reference R.fa --alignments X.bam --output out", "reads that are aligned"),
            .init(
                "helicase run --task sequence --model promoter-ecoli --input F.fa.gz --output out",
                "sequences instead of reads"),
            .init(
                "helicase run --task sequence --model binding-SRF --input V.vcf.gz --reference R.fa --output out",
                "variants: leaves the VCF that `helicase predict effect` makes"),
            .init(
                "helicase run --sample S --reference R.fa --alignments X.bam --knowledge ensembl --knowledge clinvar --case case.json --output out",
                "reads, and what they mean for a person"),
            .init(
                "zcat A.fastq.gz | helicase run --sample S --reference R.fa --fastq - --output out",
                "reads from standard input"),
        ],
        options: [
            .option("sample", "NAME", help: "The sample; of --task, the name of its files."),
            .option("reference", "FASTA", help: "The reference, plain or bgzip."),
            .option("fastq", "FILE", help: "FASTQ, plain, gzip or bgzip; repeat for more lanes.", isRepeatable: true),
            .option("fastq2", "FILE", help: "The second mates of the --fastq of the same place.", isRepeatable: true),
            .flag("interleaved", help: "The mates follow each other in --fastq."),
            .option("alignments", "FILE", help: "SAM, BAM or CRAM.", isRepeatable: true),
            .option("variants", "VCF", help: "Calls instead of reads: nothing is called, they are interpreted."),
            .option(
                "task", "NAME",
                help: "Another task than calling variants: sequence, expression, property, affinity, response."),
            .option("input", "FILE", help: "With --task: the records.", isRepeatable: true),
            .option(
                "file", "NAME=FILE",
                help:
                    "With --task: a file that is read beside the records, by the option that `predict TASK` has for it, such as drugs=drugs.tsv.",
                isRepeatable: true),
            .option("model", "NAME[@VERSION]", help: "With --task: a model of the registry."),
            .option("column", "NAME", help: "With --task: the column of a table that holds what is scored."),
            track,
            .option(
                "class", "NAME", help: "With --task: whose probability a track or the effect of a variant is of."),
            .option(
                "format", "tsv|bedgraph|bw",
                help: "With --task and windows (.bed): a table if not given, or a track in genome coordinates."),
            .flag("rename", help: "The reads are this sample's, whatever their read groups (SM) say."),
            .option(
                "preset", "NAME", help: "sr (short reads), map-hifi or map-ont.", default: "sr"),
            .option("regions", "BED", help: "Where to call; everywhere if not given."),
            sites, sex, ploidy, duplicates,
            .option(
                "knowledge", "NAME[@VERSION]",
                help: "A knowledge base of `helicase knowledge`, the newest if no version is named; repeat for more.",
                isRepeatable: true),
        ] + clinicalFiles + [
            .option("output", "DIR", help: "Where the report goes.", isRequired: true),
            force,
            .flag(
                "allow-incomplete",
                help: "Ends with status 0 although reads, or answers to what was asked, are missing from the report."),
            .flag(
                "interim",
                help:
                    "Interim reports while the reads come: at each tenth of files, of a stream every few seconds. S.interim.vcf.gz says "
                    + "of each call whether it is stable; it goes when the report is there."),
        ])

    private static let sites = Command.Option.option(
        "sites", "VCF",
        help: "Alleles that must be answered: each has a record, called or with the reason why not (INFO WHY).")

    private static let sex = Command.Option.option(
        "sex", "XX|XY|coverage",
        help:
            "XY (or male): one X and one Y, but where they pair; XX (or female): no Y. coverage: the depths of X, Y and the autosomes "
            + "tell; where they cannot, two of each. coverage if not given.")

    private static let ploidy = Command.Option.option(
        "ploidy", "BED", help: "How many chromosomes there are where, in the fourth column; it counts before --sex.")

    static let duplicates = Command.Option.option(
        "duplicates", "mark|keep|umi:TAG",
        help:
            "Reads with the ends of others: mark leaves out all but the best; keep uses all, for amplicon panels; umi:RX "
            + "marks among reads of one barcode in this tag.", default: "mark")

    private static let predict = Command(
        name: "predict", summary: "scores in this process, through the code of the services",
        subcommands: [
            Command(
                name: "variants", summary: "calls variants of aligned reads",
                discussion: """
                    The mitochondrion (MT, chrM, M, chrMT) is called as a mixture of molecules: each allele has the share of them that have it, \
                    AF, with its 95 % interval, CILOW and CIUP; GT is 1 where all have it and 0/1 where some have. Shares below 3 % are not \
                    reported.
                    """,
                examples: [
                    .init(
                        "helicase predict variants --alignments X.bam --reference R.fa --output calls.vcf.gz",
                        "with the bundled model, without a stack"),
                    .init(
                        "samtools view -h X.cram chr20 | helicase predict variants --alignments - --reference R.fa --output calls.vcf.gz --gvcf calls.g.vcf.gz",
                        "from another program, with a gVCF for joint calling"),
                ],
                options: [
                    .option(
                        "alignments", "FILE",
                        help: "SAM, BAM or CRAM; several of one sample are called together. - is standard input.",
                        isRepeatable: true),
                    .option("input", "FILE", help: "The same as --alignments.", isRepeatable: true),
                    .option("reference", "FASTA", help: "The reference.", isRequired: true),
                    .option("output", "VCF", help: "Where the calls go (bgzip, with an index).", isRequired: true),
                    .option(
                        "gvcf", "VCF",
                        help:
                            "Where the calls go together with blocks of the reference, for `helicase joint` and other joint callers."
                    ),
                    .option(
                        "sample", "NAME", help: "The sample; from the read groups if not given. Chooses one of several."
                    ),
                    .flag("rename", help: "The reads are this sample's, whatever their read groups (SM) say."),
                    .option("regions", "BED", help: "Where to call."),
                    sites, sex, ploidy,
                    .option(
                        "autosomal-depth", "X",
                        help:
                            "The mean depth of the autosomes: mitochondrial mixtures that nuclear copies may explain at that depth are marked PossibleNUMT."
                    ),
                    duplicates,
                    .option("workers", "N", help: "Threads; as many as there are processors if not given."),
                    .option(
                        "certainty", "P",
                        help:
                            "The small network decides where it is so sure, the larger one elsewhere: 0 leaves all to the small one, 2 all to the larger.",
                        default: "0.995"),
                    .option(
                        "quality-control", "DIR",
                        help: "Where what the reads are like goes, as samtools stats and flagstat write it for MultiQC."
                    ),
                    .option(
                        "model", "NAME[@VERSION] or FILE",
                        help: "A version in the registry or a package; the bundled model if not given."),
                    force,
                ], ignoredOptions: ["kafka", "topic-prefix", "partitions", "json"]),
            predictSequence, predictEffect, predictScan, predictGenes, predictPathogenicity, predictExpression,
            predictProperty, predictAffinity, predictResponse,
        ])

    private static let evaluate = Command(
        name: "evaluate", summary: "compares predictions with a truth set",
        subcommands: [
            evaluateVariants, evaluateSequence, evaluateGenes,
        ])

    private static let check = Command(
        name: "check", summary: "holds files against the specifications of their formats",
        discussion: """
            Reads FASTQ, SAM, BAM, CRAM, VCF, BCF, BED and FASTA files whole and says where they break their format: file, \
            line, field. Ends with status 1 when one does. It is stricter than the commands that use the files, which note \
            what they can do without.
            """,
        examples: [.init("helicase check truth.vcf.gz confident.bed", "before an evaluation")],
        options: [
            .option("reference", "FASTA", help: "The reference: bases of CRAM are decoded, places of reads compared."),
            .option("limit", "N", help: "How many findings of a file are shown.", default: "20"),
        ], arguments: [.init("FILE", help: "A file.", isRepeatable: true)],
        ignoredOptions: connectionOptions + ["json"])

    private static let train = Command(
        name: "train", summary: "fits a network",
        subcommands: [
            Command(
                name: "variants", summary: "fits the calling network to reads simulated from truth haplotypes",
                discussion: """
                    Makes labelled examples: reads are simulated from the reference with the truth's variants, mapped, and \
                    piled up by the code of the services. They go through `labelled-examples` to the `train` service, which \
                    registers a candidate; with --local the network is fitted in this process and written to a file.
                    """,
                examples: [
                    .init(
                        "helicase train variants --data ../shared/data/variants --seed 1 --local --output model.safetensors",
                        "makes the bundled model")
                ],
                options: simulated + [
                    .option("epochs", "N", help: "Passes over the examples.", default: "12"),
                    .flag("local", help: "In this process, without a stack."),
                    .option("output", "FILE", help: "With --local: where the package goes."), force,
                    .flag("promote", help: "Puts the new version into production."),
                ], ignoredOptions: ["json"]),
            Command(
                name: "network", summary: "fits any architecture to files of examples",
                discussion: """
                    A file is safetensors with the tensors `inputs`, F32 (examples, then the shape of the network's input), of \
                    base codes and tokens U8 too, and `targets`, F32, U8 or I64 (examples), or (examples × outputs) for losses \
                    that compare every output. Several inputs are a tensor each, `inputs.NAME`; so are the targets of a network \
                    with heads, `targets.HEAD`, whose options have a loss for each, {"losses": {"HEAD": {"type": "poisson"}}}. A \
                    target that is not a number (NaN) is missing and counts nothing. Examples that are not \
                    independent, such as those of one gene, have the same number in `groups`, I64 (examples), and are held out \
                    together. The `train` service reads the files, by the paths given here, as it needs them: they may be \
                    larger than memory. Several of its processes share the work; the result is the same to the byte.

                    All examples are checked before the training begins. Of those held out half choose the epoch, a quarter \
                    calibrates and a quarter gives the validation figures, where there are twenty of each class in a quarter; \
                    else all choose the epoch and nothing is calibrated. The lineage says which. A file that trains cannot \
                    validate, and one that is changed meanwhile ends the training.
                    """,
                examples: [
                    .init(
                        "helicase train network --architecture promoter.json --data train.safetensors --validation "
                            + "held.safetensors --model promoters", "registers promoters@1")
                ],
                options: [
                    .option("architecture", "FILE", help: "The layers (JSON).", isRequired: true),
                    .option("options", "FILE", help: "How to train (JSON); defaults where something is left out."),
                    .option(
                        "data", "FILE", help: "Examples; repeat for more files.", isRequired: true, isRepeatable: true),
                    .option(
                        "validation", "FILE", help: "Examples to choose the epoch, calibrate and measure on.",
                        isRepeatable: true),
                    .option("labels", "A,B,…", help: "Names of the outputs."),
                    .option("features", "TEXT", help: "The definition of the inputs, kept in the package."),
                    .option("model", "NAME", help: "The model in the registry.", default: "network"),
                    .option("seed", "N", help: "Seed of weights, order and split, instead of the options'."),
                    .option("epochs", "N", help: "Passes over the examples, instead of the options'."),
                    .flag("local", help: "In this process, without a stack."),
                    search,
                    .flag(
                        "folds",
                        help:
                            "With --local: judges each fold of the tensor `folds` by a network fitted to the others; then fits the model to all."
                    ),
                    .option(
                        "ensemble", "K",
                        help: "With --local: fits K networks from seeds one after the other; the model says their mean."
                    ),
                    .option("output", "FILE", help: "With --local: where the package goes."), force,
                    .flag("promote", help: "Puts the new version into production."),
                ], ignoredOptions: ["json"]),
            trainSequence, trainGenes, trainPhenotype, trainPathogenicity, trainExpression, trainProperty,
            trainAffinity, trainResponse, trainMolecules,
        ])

    private static let jobs = Command(
        name: "jobs", summary: "the training jobs",
        subcommands: [
            Command(
                name: "list", summary: "every job and how far it is",
                ignoredOptions: ["kafka", "topic-prefix", "partitions"]),
            Command(
                name: "show", summary: "one job: request, progress, outcome",
                arguments: [.init("JOB", help: "The job, or the beginning of its id.")],
                ignoredOptions: ["kafka", "topic-prefix", "partitions", "json"]),
            Command(
                name: "cancel", summary: "ends a job",
                options: [.option("reason", "TEXT", help: "Why.", default: "cancelled on the operator's request")],
                arguments: [.init("JOB", help: "The job, or the beginning of its id.")]),
            Command(
                name: "search", summary: "the trials of a search, the best ones first",
                discussion: """
                    `train network` and `train sequence` with --search keep each trial with its configuration, its figures and its \
                    state. Without a NAME all searches are shown.
                    """,
                arguments: [.init("NAME", help: "The search.", isRequired: false)],
                ignoredOptions: ["kafka", "topic-prefix", "partitions"]),
            Command(
                name: "curve", summary: "a job's learning curve, also while it runs",
                examples: [.init("helicase jobs curve 7d0c --output curve.svg", "draws it")],
                options: [
                    .flag("tsv", help: "Separated by tabs, for other programs."),
                    .option("output", "SVG", help: "Draws it into a file."), force,
                ], arguments: [.init("JOB", help: "The job, or the beginning of its id.")],
                ignoredOptions: ["kafka", "topic-prefix", "partitions", "json"]),
        ])

    /// How a set of labelled examples is simulated.
    private static let simulated: [Command.Option] = [
        .option(
            "data", "DIR", help: "A folder with GRCh38.chr20_chr21.first10Mb.fa.gz and grch38_chr20/.",
            isRequired: true),
        .option("seed", "N", help: "Seed of everything random.", default: "1"),
        .option("windows", "N", help: "How many windows of 50 kb are simulated, at most.", default: "168"),
        .option(
            "replicates", "N", help: "How often each window is simulated, at another depth each time.", default: "14"),
        .option(
            "technologies", "LIST",
            help:
                "The kinds of reads, by commas: short-pairs, hifi, nanopore; short-pairs three times as often if not given."
        ),
    ]

    private static let simulate = Command(
        name: "simulate", summary: "makes samples whose truth is known", ignoredOptions: connectionOptions + ["json"],
        subcommands: [
            simulateReads, simulateProfile, simulateMolecules, simulateCohort,
            Command(
                name: "examples", summary: "labelled examples in files, for evaluation sets",
                discussion: """
                    Made as `train variants` makes them: another seed gives other reads. A validation window's examples were \
                    never trained on, but the epoch was chosen and probabilities were calibrated on reads of its places.
                    """,
                examples: [
                    .init(
                        "helicase simulate examples --data ../shared/data/variants --seed 2 --split validation --output held",
                        "reads that no training has seen, of validation windows")
                ],
                options: simulated + [
                    .option("split", "NAME", help: "Which windows: training, validation or all.", default: "all"),
                    .option("output", "DIR", help: "Where the files go.", isRequired: true), force,
                ]),
            Command(
                name: "sequences", summary: "labelled sequences with and without a promoter, for a first training",
                discussion: """
                    Half of the sequences have a TATA box and an initiator. The file has the tensors that `train network` and \
                    evaluation sets read: `inputs`, 100 codes of bases each, a byte a base, and `targets`, 1 for a promoter and 0 for \
                    none. Files of different seeds have no sequence in common; of one seed a shorter file is a part of a longer.
                    """,
                examples: [.init("helicase simulate sequences --seed 1 --output train.safetensors", "2000 sequences")],
                options: [
                    .option("count", "N", help: "How many.", default: "2000"),
                    .option("seed", "N", help: "Seed of everything random.", default: "1"),
                    .option("output", "FILE", help: "Where they go.", isRequired: true), force,
                ]),
        ])

    private static let topics = Command(
        name: "topics", summary: "the suite's topics", ignoredOptions: ["database"],
        subcommands: [
            Command(name: "create", summary: "creates what is missing; safe to repeat"),
            Command(name: "check", summary: "says what is missing or wrong"),
            Command(name: "lag", summary: "how far each stage is behind"),
        ])

    private static let schemas = Command(
        name: "schemas", summary: "the contracts: JSON Schemas, AsyncAPI, migrations",
        ignoredOptions: connectionOptions + ["json"],
        subcommands: [
            Command(name: "list", summary: "the files"),
            Command(name: "show", summary: "prints a file", arguments: [.init("FILE", help: "As `list` names it.")]),
        ])

    private static let database = Command(
        name: "database", summary: "the suite's tables",
        ignoredOptions: ["kafka", "topic-prefix", "partitions", "json"],
        subcommands: [
            Command(name: "migrate", summary: "brings the tables to this program's version; safe to repeat"),
            Command(name: "check", summary: "says whether the tables are of this program's version"),
        ])

    private static let broker = Command(
        name: "broker", summary: "the embedded broker in the foreground (in memory, for trying the suite out)",
        options: [.option("address-file", "FILE", help: "Where its address is written.", isRequired: true)],
        ignoredOptions: ["state", "kafka", "database", "partitions", "json"])
}
