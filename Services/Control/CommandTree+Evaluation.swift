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

    static let joint = Command(
        name: "joint", summary: "calls several samples together from their gVCFs",
        discussion: """
            Reads gVCFs, one a sample, side by side in little memory: those of `predict variants --gvcf`, of GATK, DeepVariant \
            and bcftools. At each place where a sample may have an alternate all are called: alleles in one spelling, `*` \
            below another's deletion, frequencies by expectation and maximisation under Hardy and Weinberg's law, genotypes \
            by their posterior, `./.` without reads. PL are the likelihoods of a sample's own reads. With --pedigree the \
            genotypes of parents and children are one posterior under Mendel's law with new alleles at 1.2e-8 a base and \
            gamete; each child has the posterior of one, DNP, and INFO/DN names those of 0.5 and more. X and Y outside of \
            the pseudo-autosomal regions (GRCh37, GRCh38) are haploid for males.
            """,
        examples: [
            .init(
                "helicase joint --gvcf child.g.vcf.gz --gvcf father.g.vcf.gz --gvcf mother.g.vcf.gz --pedigree trio.ped "
                    + "--reference hg19.fa.gz --output trio.vcf.gz", "a trio")
        ],
        options: [
            .option(
                "gvcf", "VCF", help: "A sample's gVCF; once for each sample.", isRequired: true, isRepeatable: true),
            .option(
                "pedigree", "PED",
                help: "PLINK's six columns: family, individual, father, mother, sex (1 male, 2 female), phenotype."),
            .option("reference", "FASTA", help: "The reference.", isRequired: true),
            .option("output", "VCF", help: "Where the calls go, compressed and indexed.", isRequired: true),
            .option(
                "minimum-quality", "QUAL",
                help: "Sites of a lower QUAL, Phred of the posterior that nobody has an alternate, are not written.",
                default: "10"),
            force,
        ], ignoredOptions: connectionOptions)
}
