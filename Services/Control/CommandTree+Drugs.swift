import Commands

/// What tells properties of molecules and what they bind to.
extension CommandTree {
    /// A training of tables through the stack.
    static let trainingJob = Command.Option.flag(
        "job", help: "The stack trains it and registers the version, instead of --output; it must see the files.")
    static let promoted = Command.Option.flag("promote", help: "With --job: puts the version into production.")

    static let predictProperty = Command(
        name: "property", summary: "says a property of molecules, such as their solubility",
        discussion: """
            --input is a table with the column smiles; other columns are not read. The output has a line a record, in their order: record \
            (counted from 0), prediction, and lower and upper of a 90 % interval; and the similarity of the nearest molecule of the training, \
            from 0 to 1: far from it predictions are worth less. RDKit checks each SMILES, and another spelling of the same molecule has the same \
            prediction. A SMILES that is none has NA and is named; the others are scored, and the command ends with status 1. Of the models that come \
            with the suite admet-esol says log10 mol/L in water, admet-freesolv the energy of hydration in kcal/mol, admet-lipophilicity log D at pH \
            7.4; admet-bbbp the probability of passing into the brain, and admet-clintox that a trial failed for toxicity, with an interval of the share among \
            held-out molecules of about the same score.
            """,
        examples: [
            .init(
                "helicase predict property --model admet-esol --input molecules.tsv.gz --output solubility.tsv",
                "the solubility of molecules")
        ],
        options: [
            .option(
                "model", "NAME or FILE", help: "A model of the suite, or one that `train property` made.",
                isRequired: true),
            .option("input", "TSV", help: "The molecules, with the column smiles.", isRequired: true),
            .option("output", "TSV", help: "Where the table goes; compressed where it ends in .gz.", isRequired: true),
            force,
        ], ignoredOptions: connectionOptions + ["json"])

    static let trainProperty = Command(
        name: "property", summary: "fits a model of a property to molecules",
        discussion: """
            --data is a table with the columns smiles and value: numbers, or classes where all are 0 or 1. Spellings of one molecule count once, with their \
            mean value. A Gaussian process over shared fragments and descriptors is fitted to all; its figures, its intervals and \
            its probabilities come from folds that keep scaffolds (Murcko) whole, beside fragments alone and a ridge regression on descriptors. Rows that \
            cannot be used are named and left out. The same table and seed give the same model on one kind of processor.
            """,
        examples: [
            .init(
                "helicase train property --name admet-esol --data admet_esol.tsv.gz --output admet-esol.safetensors",
                "makes one of the suite's models")
        ],
        options: [
            .option("name", "NAME", help: "What the model is called.", isRequired: true),
            .option("data", "TSV", help: "Molecules and their values.", isRequired: true),
            .option("output", "FILE", help: "Where the model goes."),
            trainingJob, promoted,
            .option("seed", "N", help: "Seed of the molecules that choose the kernels' weights; 1 if not given."),
            force,
        ], ignoredOptions: ["partitions", "json"])
}

extension CommandTree {
    static let predictAffinity = Command(
        name: "affinity", summary: "says how strongly drugs bind proteins",
        discussion: """
            --drugs has the columns index and isomeric_smiles, canonical_smiles or smiles; --proteins index, sequence, and protein_id where constructs of one \
            sequence are to be told apart; --pairs drug and protein, by their indexes; other columns are not read. The output has a line a pair, in \
            their order: record (counted from 0), prediction, lower and upper of a 90 % interval; and, with drug_similarity and protein_similarity, how near \
            the nearest ones of the training are, from 0 to 1 (1: the same fragments, the same sequence). The interval is wider where the drug, the protein or \
            both were never seen, as such pairs that were held out bear out. A pair of a SMILES or a sequence that is none has NA and is named; \
            the others are scored, and the command ends with status 1. affinity-davis says pKd of kinases (5: no binding seen), affinity-kiba the KIBA score.
            """,
        examples: [
            .init(
                "helicase predict affinity --model affinity-davis --drugs drugs.tsv --proteins proteins.tsv --pairs pairs.tsv --output pKd.tsv",
                "the affinities of pairs")
        ],
        options: [
            .option(
                "model", "NAME or FILE", help: "A model of the suite, or one that `train affinity` made.",
                isRequired: true),
            .option("drugs", "TSV", help: "The drugs.", isRequired: true),
            .option("proteins", "TSV", help: "The proteins.", isRequired: true),
            .option("pairs", "TSV", help: "The pairs to score.", isRequired: true),
            .option("output", "TSV", help: "Where the table goes; compressed where it ends in .gz.", isRequired: true),
            force,
        ], ignoredOptions: connectionOptions + ["json"])

    static let trainAffinity = Command(
        name: "affinity", summary: "fits a model of affinities to measured pairs",
        discussion: """
            The tables are those of `predict affinity`; the pairs have a column affinity, and fold where the folds are given. Two regressions in the space of products of a \
            drug's and a protein's kernels are fitted: by fragments and words of the sequences, then by profiles of affinities too. Figures and intervals \
            are of pairs that were held out: by fold, and with the drug, the protein or both never seen, beside the first regression alone. \
            With a larger set of other measurements as --earlier-drugs, --earlier-proteins and --earlier-pairs the model begins with what a regression on that set says of \
            a pair, put through a line: its unit may be another. Drugs of both sets are left out of the earlier one. What is said of drugs that were never measured gains most. \
            The same tables and seed give the same model on one kind of processor.
            """,
        examples: [
            .init(
                "helicase train affinity --name affinity-kiba --drugs drugs.tsv.gz --proteins proteins.tsv.gz --pairs pairs.tsv.gz --output affinity-kiba.safetensors",
                "makes one of the suite's models"),
            .init(
                "helicase train affinity --name affinity-davis --drugs davis/drugs.tsv.gz --proteins davis/proteins.tsv.gz --pairs davis/pairs.tsv.gz --earlier-drugs kiba/drugs.tsv.gz --earlier-proteins kiba/proteins.tsv.gz --earlier-pairs kiba/pairs.tsv.gz --output affinity-davis.safetensors",
                "the other, which begins with what KIBA's scores tell"),
        ],
        options: [
            .option("name", "NAME", help: "What the model is called.", isRequired: true),
            .option("drugs", "TSV", help: "The drugs.", isRequired: true),
            .option("proteins", "TSV", help: "The proteins.", isRequired: true),
            .option("pairs", "TSV", help: "The measured pairs.", isRequired: true),
            .option("earlier-drugs", "TSV", help: "The drugs of a set that the model begins with."),
            .option("earlier-proteins", "TSV", help: "Its proteins."),
            .option("earlier-pairs", "TSV", help: "Its measured pairs, in a unit of their own."),
            .option("output", "FILE", help: "Where the model goes."),
            trainingJob, promoted,
            .option("seed", "N", help: "Seed of the folds of drugs and proteins; 1 if not given."),
            force,
        ], ignoredOptions: ["partitions", "json"])
}
