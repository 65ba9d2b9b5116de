import Commands

extension CommandTree {
    static let risk = Command(
        name: "risk", summary: "a polygenic score of every sample of a VCF",
        discussion: """
            Reads a scoring file of the PGS Catalog, harmonised or as its authors gave it, and adds up its weights over the genotypes. \
            A row is matched by position on the VCF's genome build (by its header's contig lengths, or --build), else by rsID, and by both \
            alleles, on either strand; A/T and C/G variants, whose strand cannot be told, by --ambiguous. Insertions and deletions have to \
            be spelled as in the VCF. HLA types, haplotypes and interactions are named and count as missing. The command refuses a score of \
            whose variants, or of whose weights, less than --minimum-coverage is found: a site that a VCF does not have is not taken for \
            the reference.

            The columns: `matched` are the score's variants of which the sample has a genotype, `missing` all others; `percentile` is where \
            the sample lies among the people of --panel after their principal components are allowed for (mean and variance linear in \
            the first five, from the autosomal sites of the panel), `percentile_low` and `percentile_high` its 95 % interval by the panel's size. With a \
            panel only variants count that both files have. A score is no diagnosis, and its effect was measured in the population of its study.
            """,
        examples: [
            .init(
                "helicase risk --variants cohort.vcf.gz --score PGS000001_hmPOS_GRCh38.txt.gz --panel 1kGP.vcf.gz --output scores.tsv",
                "with percentiles among the panel's people")
        ],
        options: [
            .option("variants", "VCF", help: "The genotypes, VCF or BCF, of one sample or of many.", isRequired: true),
            .option("score", "TXT", help: "A scoring file of the PGS Catalog.", isRequired: true),
            .option("panel", "VCF", help: "A reference panel, of 100 people or more, for percentiles."),
            .option("output", "TSV", help: "Where the scores go.", isRequired: true),
            .option(
                "build", "GRCh37|GRCh38",
                help: "The genome build of the VCF's positions, where its header does not tell."),
            .option(
                "ambiguous", "RULE",
                help:
                    "A/T and C/G variants: drop leaves them out, keep takes them to be of the VCF's strand, frequency takes those whose "
                    + "frequency in the scoring file and among the samples tells the strand.", default: "drop"),
            .option(
                "impute", "FROM",
                help:
                    "A genotype that is missing counts as the mean of the file's samples, where 50 have one (mean, as plink2 does); "
                    + "as the frequency of the scoring file (file) or as the panel's mean (panel), and then sites that the VCF lacks do too.",
                default: "mean"),
            .option("minimum-coverage", "SHARE", help: "Of the score's variants, and of its weights.", default: "0.75"),
            force,
        ], ignoredOptions: connectionOptions)

    static let ancestry = Command(
        name: "ancestry", summary: "the population that each sample of a VCF is of",
        discussion: """
            Learns from the samples whose population is known, and says of every sample which one it is of, with a probability of \
            each. Principal components of all samples (biallelic autosomal sites, alleles of 1 % and more, called in 95 %) go into a multinomial logistic \
            regression, whose penalty is chosen by held-out likelihood. First-degree relatives (kinship of 0.15 and more) are found by their genotypes and speak for \
            each other, by how often labelled relatives bear one label; --no-relatives judges everybody alone. A labelled sample is predicted \
            by a fit that knows neither its own label nor that of its relatives (column `fold`), so that the accuracy which is printed is \
            an honest one; a sample without a label (`fold` is .) by all labels. Labels are those of a panel's collection, and a person may be of several.
            """,
        examples: [
            .init("helicase ancestry --variants cohort.vcf.gz --labels panel.tsv --output ancestry.tsv", "")
        ],
        options: [
            .option(
                "variants", "VCF", help: "The genotypes of labelled and other samples, VCF or BCF.", isRequired: true),
            .option(
                "labels", "TSV",
                help: "A table with the columns `sample` and `superpopulation`; other columns do not matter.",
                isRequired: true),
            .option("label-column", "NAME", help: "Another column to learn.", default: "superpopulation"),
            .option("components", "N", help: "Principal components.", default: "6"),
            .option("folds", "N", help: "In how many parts labelled families are held out.", default: "5"),
            .flag("no-relatives", help: "Judges each sample by its own genotypes alone."),
            .option(
                "workers", "N", help: "Threads that look for relatives; as many as there are processors if not given."),
            .option("output", "TSV", help: "Where the populations go.", isRequired: true),
            force,
        ], ignoredOptions: connectionOptions)

    static let kinship = Command(
        name: "kinship", summary: "related pairs among the samples of a VCF",
        discussion: """
            KING-robust kinship (Manichaikul et al. 2010) of all pairs, at biallelic autosomal sites: 0.5 for one person twice or identical twins, 0.25 for parents \
            and children and full siblings, 0.125 in the second degree; it needs no frequencies, so samples may be of several populations. \
            `sites` are those at which both are called, `ibs0` is the share of them at which the two are homozygous for different alleles, \
            which parents and children never are but for errors. Its standard deviation is about 0.015 with a thousand common sites, and the default is one below the 0.177 that separates the first \
            degree; with ten thousand sites and more take 0.177, and 0.0884 for the second.
            """,
        examples: [.init("helicase kinship --variants cohort.vcf.gz --output pairs.tsv", "")],
        options: [
            .option("variants", "VCF", help: "The genotypes, VCF or BCF.", isRequired: true),
            .option("output", "TSV", help: "Where the pairs go.", isRequired: true),
            .option("minimum-kinship", "X", help: "Pairs of less are not written.", default: "0.16"),
            .option("workers", "N", help: "Threads; as many as there are processors if not given."),
            force,
        ], ignoredOptions: connectionOptions)
}
