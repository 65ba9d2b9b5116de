import Commands

/// What predicts expression of genes, and fits the models that do.
extension CommandTree {
    static let predictExpression = Command(
        name: "expression", summary: "says how much genes are expressed, by marks, promoters or growth conditions",
        discussion: """
            The model says what --input holds. expression-arabidopsis: genes with ten epigenetic marks, and with --sequences their promoters. \
            expression-gm12878: genes with their bin, and with --bins the reads of five histone marks a bin of the genome. expression-sigma70: designed \
            promoters, by the names of their five elements. expression-ecoli-mpra: windows of 150 bases at start sites (column seq). expression-ecoli: samples \
            with their growth conditions, each of which gets a line a gene. Columns of labels are not read.

            The table has a line a record in their order: its number (from 0), the prediction, and the bounds of a 90 % interval, conformal by the size of \
            the prediction; of expression-ecoli gene, sample, prediction and bounds. Units: log2(FPKM+1), log10(RPKM+1), log2(max(expression, 0.01)) and \
            log2(TPM+1). Words that a model never met, of a design or a condition, are said. A record that cannot be used is named, has \
            NA in the table, and makes the exit status 1.

            With --what-if each record is scored as it is and as it would be: the table has `what_if` and the `difference` beside the prediction. A column that \
            the model does not read is refused, a word that it never met is said. With --variants the windows of expression-ecoli-mpra are scored with \
            both alleles of each variant that lies in them, a line a window and variant; a REF that is not what the window has is named.
            """,
        examples: [
            .init(
                "helicase predict expression --model expression-gm12878 --input genes.tsv.gz --bins histone_bins_10kb.tsv.gz --output F.tsv",
                "from histone marks around the genes"),
            .init(
                "helicase predict expression --model expression-arabidopsis --input marks.tsv.gz --sequences promoters.tsv.gz --output F.tsv",
                "from marks and promoters"),
            .init(
                "helicase predict expression --model expression-ecoli --samples sample_table.csv.gz --output F.tsv.gz",
                "all genes under new growth conditions"),
            .init(
                "helicase predict expression --model expression-ecoli --samples sample_table.csv.gz "
                    + "--what-if 'Supplement=NaCl (0.3M)' --output F.tsv.gz",
                "and if there were salt in the medium"),
            .init(
                "helicase predict expression --model expression-arabidopsis --input marks.tsv.gz --what-if H3K4me3=+1 --output F.tsv",
                "and if a mark were stronger by 1"),
        ],
        options: [
            .option("input", "TABLE", help: "The records; TSV or CSV, plain or gzip."),
            .option("samples", "TABLE", help: "The same, of samples with their growth conditions."),
            .option("output", "TSV", help: "Where the table goes; compressed where it ends in .gz.", isRequired: true),
            .option(
                "model", "NAME[@VERSION] or FILE",
                help: "A model of the suite, a version in the registry, or a package.", isRequired: true),
            .option(
                "sequences", "TABLE", help: "Promoters, with the columns gene and sequence (expression-arabidopsis)."),
            .option("bins", "TABLE", help: "Reads of marks, a line a bin of the genome (expression-gm12878)."),
            .option(
                "genes", "TABLE",
                help: """
                    Which genes to say, but for those whose has_expression is 0; all that the model knows if not given \
                    (expression-ecoli).
                    """),
            .option(
                "genome", "FASTA",
                help: "Taken and not read: levels of known genes follow from the condition (expression-ecoli)."),
            .option(
                "what-if", "COLUMN=VALUE",
                help: """
                    A column that is read as if it said so: a condition, an element of a design, or a mark; of numbers a sign means so much more \
                    or less (H3K4me3=+1). Of expression-gm12878 reads in the gene's own bin.
                    """, isRepeatable: true),
            .option(
                "variants", "VCF",
                help: "Variants of bases that lie in windows with start (from 0) and strand (expression-ecoli-mpra)."),
            force,
        ], ignoredOptions: ["kafka", "topic-prefix", "partitions", "json"])

    static let explainExpression = Command(
        name: "expression", summary: "what each mark, condition, element or stretch of bases adds to a prediction",
        discussion: """
            Shapley values of the parts of a record: what its marks, promoter, columns of conditions, elements or stretches of 15 bases add when they take \
            the place of those of other records, the first --references of the input. They add up to the prediction less the mean prediction of \
            these. Leaves attributions.tsv (record, gene, prediction, base, branch, part, contribution), branches.tsv with the sums of sequence, marks, gene and \
            condition, parts.tsv with the mean size of each part's contribution, and parts.svg. Of expression-ecoli the genes are told whose prediction is \
            most unlike that of the references. A record that cannot be explained is named, and makes the exit status 1.
            """,
        examples: [
            .init(
                "helicase explain expression --model expression-arabidopsis --input marks.tsv.gz --sequences promoters.tsv.gz --output why",
                "which marks make a gene's expression")
        ],
        options: [
            .option("input", "TABLE", help: "The records, as predict expression reads them.", isRequired: true),
            .option("output", "DIR", help: "Where the files go.", isRequired: true),
            .option(
                "model", "NAME[@VERSION] or FILE",
                help: "A model of the suite, a version in the registry, or a package.", isRequired: true),
            .option(
                "sequences", "TABLE", help: "Promoters, with the columns gene and sequence (expression-arabidopsis)."),
            .option("bins", "TABLE", help: "Reads of marks, a line a bin of the genome (expression-gm12878)."),
            .option("most", "N", help: "Records that are explained, the first ones.", default: "100"),
            .option("references", "N", help: "Records that stand for what is usual.", default: "10"),
            .option("most-genes", "N", help: "Genes that are told of each sample (expression-ecoli).", default: "20"),
            .option("seed", "N", help: "Of the orders in which many parts are exchanged.", default: "1"),
            force,
        ], ignoredOptions: ["kafka", "topic-prefix", "partitions", "json"])

    static let trainExpression = Command(
        name: "expression", summary: "fits a model of gene expression",
        discussion: """
            Reads the model's tables below --data, laid out as the suite's. Networks, a ridge regression and boosted trees are fitted to all folds but one each, and \
            weighed by what they say of the folds that they had not seen; each fold's figures have the weights of the others. The figures of every part \
            stand beside those of all, and the intervals rest on the same errors. Conditions (expression-ecoli) have a kernel regression and a random forest. The \
            same files and seed give the same bytes, of expression-ecoli on one kind of processor.
            """,
        examples: [
            .init(
                "helicase train expression --model expression-gm12878 --data ../shared/data/expression --output model.safetensors",
                "makes a model of the suite again")
        ],
        options: [
            .option(
                "model", "NAME",
                help: "expression-arabidopsis, -gm12878, -ecoli, -sigma70 or -ecoli-mpra.", isRequired: true),
            .option(
                "data", "DIR",
                help: "Where the tables are: expression in HELICASE_DATA, or in ../shared/data, if not given."),
            .option("output", "FILE", help: "Where the package goes."),
            trainingJob, promoted,
            .option("seed", "N", help: "Seed of the folds and the first member; 1 if not given."),
            .option("epochs", "N", help: "Passes over the records, instead of the model's."),
            .option("members", "N", help: "Networks a fold; 2 if not given."),
            .option(
                "share", "X", help: "The share of the records outside a fold that is learned from; 1 if not given."),
            .flag("robust", help: "Losses that a few wrong labels move little."),
            force,
        ], ignoredOptions: ["partitions", "json"])
}
