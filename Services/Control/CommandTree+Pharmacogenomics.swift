import Commands

extension CommandTree {
    static let pharmacogenomics = Command(
        name: "pharmacogenomics",
        summary: "names a person's alleles of pharmacogenes, their phenotypes, and what guidelines advise",
        discussion: """
            Reads calls on GRCh38 and matches them, phased or not and over several phase sets, with the allele definitions of ClinPGx that come with the \
            suite; phenotypes are CPIC's, advice CPIC's and DPWG's. A position without data is never taken for the reference: it \
            needs a record with a genotype (0/0) or a block of a gVCF (<NON_REF> or <*> with END) whose GQ and depth suffice. Calls that did not pass a \
            filter, or of a lower GQ, are not used, and are named.
            The table has a line a gene: diplotype (`;` between those that the calls do not tell apart), phenotype (several where must-test \
            positions have no data), activity_score, missing_positions, other_diplotypes that fit with a lower rank, not_excluded (alleles of \
            positions without data), to_be_phased (positions whose order would tell), source and remarks. CYP2D6, HLA and MT-RNR1 come \
            from --outside-calls. Not for clinical use until a laboratory has validated it.
            """,
        examples: [
            .init(
                "helicase pharmacogenomics --variants S.g.vcf.gz --reference GRCh38.fa.gz --output S.genes.tsv --advice S.drugs.tsv",
                "a gVCF, which says where the sample is as the reference"),
            .init(
                "helicase pharmacogenomics --variants S.vcf.gz --outside-calls cyp2d6.tsv --output S.genes.tsv --json",
                "with another program's calls; standard output has the whole result with its evidence"),
        ],
        options: [
            .option("variants", "VCF", help: "The sample's calls or gVCF (VCF or BCF) on GRCh38.", isRequired: true),
            .option("sample", "NAME", help: "The sample, if the file holds several; the first if not given."),
            .option(
                "reference", "FASTA",
                help:
                    "GRCh38, by which insertions and deletions are moved to the left; needed where the caller did not do that."
            ),
            .option(
                "definitions", "DIR",
                help:
                    "Other definitions than the suite's: definition/GENE_translation.json, phenotype/GENE.json and guideline…tsv as PharmCAT has them, plain or .gz."
            ),
            .option(
                "outside-calls", "TSV",
                help:
                    "Calls of other programs, as PharmCAT takes them: gene, diplotype, and optionally phenotype and activity score."
            ),
            .option("minimum-gq", "GQ", help: "The least GQ of a genotype that has one.", default: "20"),
            .option(
                "minimum-depth", "N", help: "The least depth of a call of the reference that has one.", default: "8"),
            .option(
                "output", "TSV", help: "Where the line of each gene goes; compressed if it ends in .gz.",
                isRequired: true),
            .option("advice", "TSV", help: "Where a line for each drug, guideline and population goes."),
            force,
        ], ignoredOptions: connectionOptions)
}
