import Commands

extension CommandTree {
    static let evaluateVariants = Command(
        name: "variants", summary: "precision, recall and F1 of SNP and INDEL calls inside a BED",
        discussion: """
            What vcfeval does (Cleary et al. 2015). The unit is a record with its genotype: its alleles are placed together, \
            each on its haplotype, or the record is left out, and of all ways to keep records of both files whose haplotypes \
            are equal, the one that keeps the most counts. So other spellings of one haplotype agree, 1/2 called 0/1 is a \
            false negative and a false positive, and a record of several alleles counts once. INDEL is a record with an \
            allele of another length than REF. TP and FN are records of the truth; precision weighs a true call by the \
            records of the truth that it stands for. Two results: genotype-strict, and genotype-blind, where one allele of a \
            genotype suffices (--squash-ploidy). Records without a variant genotype, of another ploidy, with symbolic or too \
            long alleles take no part, and are counted by reason; so are those where there are too many ways to tell.
            """,
        options: [
            .option("predictions", "VCF", help: "The calls.", isRequired: true),
            .option("truth", "VCF", help: "The truth set.", isRequired: true),
            .option(
                "sample", "NAME",
                help:
                    "Whose calls, where --predictions holds several samples; ALT takes any genotype of a record's alleles."
            ),
            .option(
                "truth-sample", "NAME", help: "Whose truth, where --truth holds several samples; ALT as for --sample."),
            .option("regions", "BED", help: "The confident regions; everywhere if not given."),
            .option("reference", "FASTA", help: "The reference.", isRequired: true),
            .option("minimum-quality", "QUAL", help: "Calls of a lower QUAL are left out.", default: "0"),
            .flag("all-records", help: "Records that a filter rejected take part."),
            .option(
                "ploidy", "N",
                help:
                    "How many alleles a genotype has, one alone standing for all; that of most genotypes if not given."),
            .option("longest-allele", "BASES", help: "Records with a longer allele take no part.", default: "1000"),
            .flag(
                "strict-reference",
                help:
                    "The reference allele of a genotype keeps other records' alleles from its bases, as vcfeval without "
                    + "--ref-overlap."),
            .option(
                "phased", "truth|calls|both",
                help: "Whose phased genotypes keep their order all along a contig, so that phases must agree."),
            .option(
                "output", "DIR",
                help:
                    "Where tp.vcf.gz, fp.vcf.gz (calls), tp-baseline.vcf.gz and fn.vcf.gz (truth) of the genotype-strict "
                    + "result go, with their indexes."),
            .option(
                "roc", "TSV",
                help: "Where precision, recall and F1 at every threshold of QUAL go, of all records, SNP and INDEL."),
            force,
        ], ignoredOptions: connectionOptions)
}
