import Commands

/// What `predict` and `train` do for tasks whose inputs are records of files.
extension CommandTree {
    /// Numbers beside the records of a task.
    static let track = Command.Option.option(
        "track", "NAME=FILE",
        help:
            "With windows (.bed): numbers along the reference, bigWig or bedGraph, of a model that reads a track of this name; a "
            + "base without a value counts as 0, and how many do is said.", isRepeatable: true)

    static let predictSequence = Command(
        name: "sequence", summary: "says of each DNA sequence of a file what a model thinks of it",
        discussion: """
            Reads FASTA, tables with a column of sequences and lines that end in a sequence, plain or gzip; with --reference a BED file \
            of windows (.bed, .bed.gz) or a VCF (.vcf, .vcf.gz). Writes a table with a line \
            a record in their order: its number (from 0), the prediction, or class and probabilities, and its name. Of windows it writes a \
            track where the output's name ends in .bw or .bedgraph[.gz]: each base has the value of its window, none of which may overlap. \
            A VCF becomes what `predict effect` makes of it. A record that cannot be \
            scored is named, has NA in the table, and makes the exit status 1.
            """,
        examples: [
            .init(
                "helicase predict sequence --model promoter-ecoli --input candidates.fa.gz --output promoters.tsv",
                "with a model that comes with the suite"),
            .init(
                "helicase predict sequence --model binding-SRF --input tiles.bed --reference R.fa --output SRF.bedgraph.gz",
                "a track of windows of a genome"),
        ],
        options: [
            .option("input", "FILE", help: "The sequences, windows or variants.", isRequired: true),
            .option(
                "output", "FILE", help: "Where the table, track or VCF goes; compressed where it ends in .gz.",
                isRequired: true),
            .option(
                "model", "NAME[@VERSION] or FILE",
                help: "A model of the suite, a version in the registry, or a package.", isRequired: true),
            .option("column", "NAME", help: "The column of a table; sequence, seq or x if not given."),
            .option("reference", "FASTA", help: "What the windows of a BED file, or the variants, are of."),
            track,
            .option(
                "class", "NAME",
                help:
                    "Whose probability a track or the effect of a variant is of; of two classes the second if not given."
            ),
            force,
        ], ignoredOptions: ["kafka", "topic-prefix", "partitions", "json"])

    static let predictEffect = Command(
        name: "effect", summary: "says of each variant of a VCF how it changes what a model says",
        discussion: """
            The model scores the sequence around the variant as the reference has it and with the alternate allele; INFO gets \
            EFFECT=model|reference|alternate|difference for each allele. Alleles of any length are trimmed and left-aligned first, so \
            their spelling does not matter; what an insertion or deletion moves is compensated by a window from either side, and \
            EFFECT_SHIFT says how much it is. Records that cannot be scored stay as they are, are named, and make the exit status 1.
            """,
        examples: [
            .init(
                "helicase predict effect --model binding-SRF --reference R.fa --variants V.vcf.gz --output O.vcf.gz",
                "what variants do to a binding site")
        ],
        options: [
            .option(
                "model", "NAME[@VERSION] or FILE",
                help: "A model of sequences: of the suite, of the registry, or a package.", isRequired: true),
            .option("reference", "FASTA", help: "The reference of the variants.", isRequired: true),
            .option("variants", "VCF", help: "The variants, plain or compressed.", isRequired: true),
            .option(
                "output", "VCF", help: "Where they go; compressed by bgzip where it ends in .gz.", isRequired: true),
            .option("class", "NAME", help: "Whose probability is meant; of two classes the second if not given."),
            force,
        ], ignoredOptions: ["kafka", "topic-prefix", "partitions", "json"])

    static let predictScan = Command(
        name: "scan", summary: "a track of what a model says of every base of a reference",
        discussion: """
            Each base gets the model's score of the window around it, of the strand that scores more; what neighbouring windows share is \
            computed once. Bases whose window would leave the contig have no score, nor those in whose window more than half is N. \
            The track is bigWig or bedGraph, as the name of the output says.
            """,
        examples: [
            .init(
                "helicase predict scan --model binding-SRF --reference R.fa --regions promoters.bed --output SRF.bw",
                "for a genome browser"),
            .init(
                "helicase predict scan --model promoter-ecoli --reference K12.fa --strand forward --anchor 60 "
                    + "--output starts.bedgraph.gz", "starts of transcription, base 60 of 81, of one strand"),
        ],
        options: [
            .option(
                "model", "NAME[@VERSION] or FILE",
                help: "A model of sequences: of the suite, of the registry, or a package.", isRequired: true),
            .option("reference", "FASTA", help: "The sequence.", isRequired: true),
            .option("output", "TRACK", help: "A name that ends in .bw, .bedgraph or .bedgraph.gz.", isRequired: true),
            .option("regions", "BED", help: "Where; everywhere if not given."),
            .option("class", "NAME", help: "Whose probability is meant; of two classes the second if not given."),
            .option("strand", "WHICH", help: "forward, reverse, or both: the greater score.", default: "both"),
            .option(
                "anchor", "N", help: "The base of a window, from 0, at which its score stands; the middle if not given."
            ),
            force,
        ], ignoredOptions: ["kafka", "topic-prefix", "partitions", "json"])

    /// Tries configurations.
    static let search = Command.Option.option(
        "search", "FILE",
        help:
            "Tries the values of fields that FILE names (JSON: name, metric, changes, draw), and keeps the best; trials are rows of the database, and a search that was ended goes on."
    )

    static let trainSequence = Command(
        name: "sequence", summary: "fits a model of DNA sequences by a recipe",
        discussion: """
            A recipe (JSON) names the files below --data, how they are labelled, and the network. With folds, as many networks are \
            fitted as it has members, each without one fold, which it then predicts: the figures are of these predictions, and the \
            model says the mean of all members.

            --search needs a database: that of the stack, or --database. Its FILE is {"name": "rates", "metric": "auroc", "changes": \
            {"options.learningRate": [0.001, 0.003], "architecture.layers.0.filters": [64, 128]}}: all combinations, or as many as \
            "draw" says, drawn by "seed". `helicase jobs search rates` shows the trials. The best one is trained again, and its \
            lineage says among how many it was chosen, and that the figure of the choice is optimistic.
            """,
        examples: [
            .init(
                "helicase train sequence --recipe promoter-ecoli --data ../shared/data/sequence --output model.safetensors",
                "makes a model of the suite again")
        ],
        options: [
            .option("recipe", "NAME or FILE", help: "A recipe of the suite, or a file.", isRequired: true),
            .option("data", "DIR", help: "The folder below which its files are.", isRequired: true),
            .option("output", "FILE", help: "Where the package goes.", isRequired: true),
            .option("seed", "N", help: "Seed of the first member, instead of the recipe's."),
            .option("epochs", "N", help: "Passes over the examples, instead of the recipe's."),
            .option("ensemble", "K", help: "Networks whose mean the model says, instead of the recipe's members."),
            .option("members", "N", help: "The same."),
            search,
            .option(
                "predictions", "TSV",
                help: "Writes what networks that had not seen a record said of it, for `data audit`."),
            .flag("folds", help: "Predicts every fold, by as many members as it takes, and shows the figures of each."),
            force,
        ], ignoredOptions: ["kafka", "topic-prefix", "partitions", "json"])

    static let evaluateSequence = Command(
        name: "sequence", summary: "the figures of a table of predictions, with bootstrap intervals",
        discussion: """
            Of classes: accuracy, Matthews' correlation, AUROC, average precision, calibration. Of numbers: correlations and errors. The truth \
            is a table with a header; its records are those of the predictions by the column `record`, or by their order.
            """,
        examples: [
            .init(
                "helicase evaluate sequence --predictions SRF.tsv --truth SRF.seq.gz --column Bound --names 1=bound,0=unbound",
                "with other words for the classes")
        ],
        options: [
            .option("predictions", "TSV", help: "The table that `predict` or `run` wrote.", isRequired: true),
            .option("truth", "FILE", help: "A table with what is true.", isRequired: true),
            .option("column", "NAME", help: "Its column with the class or the number.", default: "label"),
            .option("names", "VALUE=CLASS,…", help: "What stands in it for each class, where it is not the name."),
        ], ignoredOptions: connectionOptions)

    static let data = Command(
        name: "data", summary: "looks at labelled examples before anybody trains on them",
        subcommands: [
            Command(
                name: "audit", summary: "leaks, duplicates, classes, GC, letters and doubtful labels of sequences",
                discussion: """
                    Looks for records that share 40 bases, on either strand, or a group (a gene, a drug) with a record of another \
                    split or fold: a model could know them by heart where it is judged. Such a leak ends in status 1. Also \
                    listed are sequences that are there twice, with one label or two, classes and GC by split, and what is no \
                    DNA. Files without --split or --folds are a split each. Of a recipe, the splits are its folds, or what it \
                    keeps for validation.

                    With --predictions, the table of `train sequence --folds --predictions`, records are listed of whose label a network that \
                    had not seen them was sure that it is another one: read them before you trust the data.

                    Memory does not grow with the bases: stretches are hashes, of which a part is kept at a time.
                    """,
                examples: [
                    .init(
                        "helicase data audit --recipe promoter-ecoli --data ../shared/data/sequence --output audit",
                        "the data of a model of the suite, as a page and a table"),
                    .init("helicase data audit train.fa test.fa", "whether one file leaks into the other"),
                ],
                options: [
                    .option("recipe", "NAME or FILE", help: "Audits the data of a recipe."),
                    .option("data", "DIR", help: "The folder below which its files are."),
                    .option("label", "COLUMN", help: "Of files: the column of a table that holds the label."),
                    .option("split", "COLUMN", help: "The column that says which split a record is of."),
                    .option("group", "COLUMN", help: "The column that says which gene, drug or locus it is of."),
                    .option("folds", "TSV", help: "A table with the columns record, fold, perhaps file and group."),
                    .option("predictions", "TSV", help: "What networks said of records that they had not seen."),
                    .option("confidence", "P", help: "From which probability on a label is doubted.", default: "0.95"),
                    .option("output", "DIR", help: "Where findings.tsv and index.html go."), force,
                ],
                arguments: [
                    .init("FILE", help: "FASTA, a table, or a sequence a line.", isRequired: false, isRepeatable: true)
                ],
                ignoredOptions: connectionOptions + ["json"])
        ])
}
