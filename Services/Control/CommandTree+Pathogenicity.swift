import Commands

/// What classifies variants by a network, and fits it.
extension CommandTree {
    static let predictPathogenicity = Command(
        name: "pathogenicity",
        summary: "says of variants how probably they cause disease, and what that is worth as PP3 or BP4",
        discussion: """
            --variants is a VCF that `annotate` wrote; its chosen consequences and frequencies are read, and what ClinVar says is not. \
            --names is a table with the columns gene, hgvs_c and hgvs_p, and AF where frequencies are known (empty: not seen). The table has a line a variant: log_odds, by \
            the change alone; log_odds_with_frequency, where a frequency was looked up; and of missense variants probability (among as many pathogenic ones \
            as in the training), likelihood_ratio with its interval, and criterion: PP3 or BP4 with the strength that the interval bears out (Pejaver and \
            others 2022). Frequency has no part in these, for PM2, BS1 and BA1 count it. A variant outside of coding genes, or one whose kind the network does not know, has empty \
            fields and the reason. Not for clinical use until a laboratory has validated it.
            """,
        examples: [
            .init(
                "helicase predict pathogenicity --variants annotated.vcf.gz --output scores.tsv",
                "scores of annotated variants"),
            .init(
                "helicase predict pathogenicity --names names.tsv --output scores.tsv --reasons",
                "scores of variants that are known by name, with what speaks for and against"),
        ],
        options: [
            .option("variants", "VCF", help: "Annotated variants; all of them, whoever has them."),
            .option("names", "TSV", help: "Variants by their names, instead."),
            .option("output", "TSV", help: "Where the table goes; compressed where it ends in .gz.", isRequired: true),
            .option("model", "FILE", help: "A model that `train pathogenicity` made; that of the suite if not given."),
            .flag("reasons", help: "Adds what speaks for and against, with the part of each in log-odds; slower."),
            force,
        ], ignoredOptions: connectionOptions + ["json"])

    static let trainPathogenicity = Command(
        name: "pathogenicity",
        summary: "fits the network that classifies variants to classes of ClinVar and of expert panels",
        discussion: """
            --clinvar are tables of ClinVar alleles with symbol, hgvs_c, hgvs_p, clinical_significance and gnomAD's AF; --panels are tables of \
            expert panels with gene, variant and classification. Clear classes train: pathogenic, benign, and likely either. Folds keep genes whole; a \
            logistic regression on the same features stands beside the network, AUROC with intervals (bootstrap over genes) are printed, without and \
            with frequency; and scores of missense variants are calibrated on what networks said of genes that they did not see. The same files and seed give the same bytes.
            """,
        examples: [
            .init(
                "helicase train pathogenicity --output pathogenicity.safetensors",
                "makes the suite's model")
        ],
        options: [
            .option("clinvar", "TSV", help: "A table of ClinVar alleles; that in --data if not given."),
            .option("panels", "TSV", help: "A table of expert panels; that in --data if not given."),
            .option(
                "data", "DIR",
                help: "Where both are: clinical in HELICASE_DATA, or in ../shared/data, if not given."),
            .option("output", "FILE", help: "Where the model goes.", isRequired: true),
            .option("seed", "N", help: "Seed of the folds and the first member; 1 if not given."),
            .option("epochs", "N", help: "Passes over the variants."),
            .option("members", "N", help: "Networks whose mean is said."),
            .option("folds", "N", help: "Folds to judge by and to calibrate on."),
            force,
        ], ignoredOptions: connectionOptions + ["json"])
}
