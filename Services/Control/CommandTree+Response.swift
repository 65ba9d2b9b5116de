import Commands

/// How cell lines and patients respond to drugs, and what moves it.
extension CommandTree {
    static let predictResponse = Command(
        name: "response",
        summary: "says how cell lines respond to drugs, or ranks all drugs for one profile",
        discussion: """
            One profile: --profile is a table with the columns feature and value, a line each: BRAF_mut 1, ERBB2_gain 1, CDKN2A_loss 0, MSI 0 (1: there; 0: \
            looked for and not there), tissue skin, and a gene's symbol with its expression, standardized within the sample. What is not in the table is \
            not told, which is not 0: without expression another set of weights is used, and the mean of the training's lines stands for the rest; it is said. \
            --variants or --from-run takes mutations from calls: a gene whose protein a passed variant changes is mutated. The output ranks all drugs of \
            the model: prediction, lower and upper of a 90 % interval for this drug, tissue and what was told; drug_mean, which is what is said without the \
            profile, and the deviation from it; from_expression, from_mutations, from_copy_numbers and from_tissue, which sum to the deviation, and reasons, \
            the genes that add most to it; and held_out_correlation, how well held-out lines were told apart for the drug. They are the model's reasons, not causes. A \
            profile further from the training's than held-out lines are is refused: its rows have NA and say abstained, and the exit status is 1.

            Tables of lines: --genomics is a table with COSMIC_ID, TISSUE_FACTOR and a column a mutation or copy number; --expression one with COSMIC_ID and a \
            column a gene, standardized within each line; --pairs has cosmic_id and drug_id, and --drugs the drugs that it may name, by drug_id. Other columns are \
            not read, and the lines need not be those of the training. The output has a line a pair, in their order: record (counted from 0), prediction, lower and \
            upper; drug_mean; and expression, 0 for a line without, whose prediction rests on the rest; and far, 1 for a \
            line further from the training's than 99.5 % of held-out lines, of whose prediction nothing is known. A pair without a profile, or of a drug that was \
            never seen, has NA and is named; the others are scored, and the command ends with status 1.

            response-gdsc says ln IC50 in micromolar: lower is more sensitive.
            """,
        examples: [
            .init(
                "helicase predict response --model response-gdsc --profile patient.tsv --output drugs.tsv",
                "all drugs for one profile"),
            .init(
                "helicase predict response --model response-gdsc --variants tumour.vcf.gz --reference R.fa --transcripts T.gff3.gz --tissue skin "
                    + "--output drugs.tsv", "from called variants"),
            .init(
                "helicase predict response --model response-gdsc --drugs drugs.tsv --genomics features.csv --expression expression.tsv "
                    + "--pairs pairs.tsv --output response.tsv", "the responses of lines to drugs"),
        ],
        options: [
            .option(
                "model", "NAME or FILE", help: "A model of the suite, or one that `train response` made.",
                isRequired: true),
            .option("profile", "TSV", help: "One profile: feature and value."),
            .option("variants", "VCF", help: "Calls of one sample, which tell the mutations of the profile."),
            .option("from-run", "RUN", help: "The run whose calls tell the mutations, or how its id begins."),
            .option("reference", "FASTA", help: "The reference of calls that are not annotated."),
            .option("transcripts", "GFF3", help: "The gene models for calls that are not annotated."),
            .option("sample", "NAME", help: "The sample of calls of several."),
            .option(
                "max-frequency", "SHARE",
                help:
                    "Variants that are as common in a population are taken for inherited, where the calls say how common they are.",
                default: "0.001"),
            .option("tissue", "NAME", help: "The tissue, in the model's word, where the profile does not tell it."),
            .option("sort", "KEY", help: "deviation (from the drug's mean) or prediction.", default: "deviation"),
            .option("drugs", "TSV", help: "The drugs that pairs may name."),
            .option("genomics", "CSV", help: "Mutations, copy numbers and tissue of lines."),
            .option("expression", "TSV", help: "Expression of lines."),
            .option("pairs", "TSV", help: "The pairs to score."),
            .option("output", "TSV", help: "Where the table goes; compressed where it ends in .gz.", isRequired: true),
            force,
        ], ignoredOptions: ["kafka", "topic-prefix", "partitions", "json"])

    static let trainResponse = Command(
        name: "response", summary: "fits a model of drug responses to measured cell lines",
        discussion: """
            The tables are those of `predict response`; the pairs have a column ln_ic50, and fold_cell where lines are dealt out to folds already. Ridge regression \
            on expression, mutations, copy numbers and tissue is fitted for all drugs together, each around its mean; and again without expression, and without \
            tissue too, for profiles that do not tell them. Figures (overall, the median correlation within a drug, by tissue and by pathway of the drugs' \
            targets) and intervals are of lines that were held out. The same tables and seed give the same model on one kind of processor.
            """,
        examples: [
            .init(
                "helicase train response --name response-gdsc --genomics genomic_features.csv.gz --expression expression_top1000.tsv.gz "
                    + "--pairs response.tsv.gz --drugs drugs.tsv.gz --output response-gdsc.safetensors",
                "makes the suite's model")
        ],
        options: [
            .option("name", "NAME", help: "What the model is called.", isRequired: true),
            .option("genomics", "CSV", help: "Mutations, copy numbers and tissue.", isRequired: true),
            .option("expression", "TSV", help: "Expression.", isRequired: true),
            .option("pairs", "TSV", help: "The measured responses.", isRequired: true),
            .option(
                "drugs", "TSV",
                help: "Names, targets and target_pathway by drug_id; else drugs go by their identifiers."),
            .option("output", "FILE", help: "Where the model goes."),
            trainingJob, promoted,
            .option("seed", "N", help: "Seed of the folds, where the data give none; 1 if not given."),
            force,
        ], ignoredOptions: ["partitions", "json"])

    static let explainResponse = Command(
        name: "response", summary: "which genes' mutation, copy number or expression moves the response to a drug",
        discussion: """
            --drug: for each marker the linear model ln IC50 ~ tissue + microsatellite instability + marker over the cell lines (as Iorio and others 2016): effect, \
            standard error, 95 % interval, p, and fdr (Benjamini and Hochberg) over all tests of the command, so of all drugs with --drug all. A mutation or a copy \
            number is there or not; expression counts in standard deviations over the lines. Below 0 lines with the marker are more sensitive. \
            Copy-number segments of one direction that share a gene are one marker. For each drug alterations come first, by p, then expression, by p, then \
            what was not tested, with NA and the reason: fewer than 3 lines have it. An association is not a cause, and neighbours on a segment share theirs.

            --target: the drugs directed at a gene, by its symbol among their targets; those to which the same lines respond as to one of them (resembles: \
            the correlation over lines of responses adjusted for tissue and instability, less what a line's responses to all drugs have in common); and those whose response the \
            gene's own mutation, copy number or expression moves (moved by: partial correlation), which is what there is for a target without a drug. fdr \
            is over all drugs of each relation.

            The tables are those of `train response`. Without --drugs names and targets are those that response-gdsc knows.
            """,
        examples: [
            .init(
                "helicase explain response --drug dabrafenib --genomics genomic_features.csv.gz --expression expression_top1000.tsv.gz "
                    + "--pairs response.tsv.gz --output dabrafenib.tsv --plot dabrafenib.svg",
                "the biomarkers of a drug"),
            .init(
                "helicase explain response --target MDM2 --genomics genomic_features.csv.gz --expression expression_top1000.tsv.gz "
                    + "--pairs response.tsv.gz --drugs drugs.tsv.gz --output mdm2.tsv",
                "the drugs that have to do with a gene"),
        ],
        options: [
            .option("drug", "NAME or ID", help: "A drug; of a name all its screens. all: every drug."),
            .option("target", "GENE", help: "A gene, by its symbol."),
            .option("genomics", "CSV", help: "Mutations, copy numbers and tissue of the lines.", isRequired: true),
            .option("expression", "TSV", help: "Expression of the lines.", isRequired: true),
            .option("pairs", "TSV", help: "The measured responses.", isRequired: true),
            .option("drugs", "TSV", help: "Names and targets by drug_id."),
            .option("output", "TSV", help: "Where the table goes; compressed where it ends in .gz.", isRequired: true),
            .option("plot", "SVG", help: "A volcano plot of one drug: effects and how sure they are."),
            force,
        ], ignoredOptions: connectionOptions + ["json"])
}
