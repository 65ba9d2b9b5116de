import Commands

/// What ranks genes by a person's phenotypes, and fits the network that does.
extension CommandTree {
    static let diagnose = Command(
        name: "diagnose", summary: "ranks the genes whose diseases fit what a person shows and what was found in them",
        discussion: """
            --case is a GA4GH Phenopacket, version 2, as JSON; answers in it (interpretations, diseases) are not read. Each gene comes \
            with the disease of it that fits best and with reasons: what every term of the case, seen or excluded, adds to its score, and \
            what no single term says (other). --cases are lines of JSON with id, sex, age (P6Y9M), hpo and hpo_excluded; the table has the \
            columns case, rank, gene, disease and score, a line a gene. Obsolete terms are replaced, and said; unknown ones are named and left \
            out, and the exit status is 1; an age that is none is named and not used.

            --variants is a VCF that `helicase annotate` made (INFO CSQ; frequencies and ClinVar if it has them). What was found in a gene is added to \
            the score of its diseases, by the way each is inherited: one allele, both copies, two alleles on different chromosomes (by phase or \
            parents) or perhaps so, a male's only X, or a carrier's. A case that is a phenopacket family with a pedigree has its relatives' \
            genotypes read from the same file: what is new in the person, and who else has the genotype, with and without the disease. \
            Genes are scored one by one, so that variants elsewhere change nothing. A variant's class is that of --classes, else that of the criteria of \
            ACMG and AMP as `classify` judges them, but for what the ranking weighs itself (phenotypes, relatives, the gene's other allele); \
            --transcripts, --reference and --clinvar let more of them be judged. One that changes neither the protein nor a splice site, a filtered one \
            and a genotype below GQ 20 are left out.

            Scores of the learned method and of the likelihood ratio are in natural logarithms of odds; they \
            compare genes within a case, and are no probabilities. Not for clinical use until a laboratory has validated it.
            """,
        examples: [
            .init("helicase diagnose --case case.json", "the ten best genes of a phenopacket with their reasons"),
            .init(
                "helicase diagnose --case case.json --method likelihood-ratio --json",
                "by likelihood ratio, for a program"),
            .init(
                "helicase diagnose --case case.json --variants S.csq.vcf.gz",
                "with what was found in the genes, and why each stands where it does"),
            .init(
                "helicase diagnose --cases cases.jsonl.gz --output ranks.tsv", "the hundred best genes of many cases"),
        ],
        options: [
            .option("case", "JSON", help: "A phenopacket."),
            .option("cases", "JSONL", help: "Many cases, one a line, plain or gzip."),
            .option(
                "variants", "VCF", help: "With --case: the person's variants, annotated; relatives' if they are there."),
            .option(
                "sample", "NAME",
                help: "The person's sample in --variants; the case's subject.id, or the only one, if not given."),
            .option(
                "classes", "TSV",
                help:
                    "Classes of variants, as `classify --variants` writes them: variant (chr7:117559590:ATCT>A), and class_points or class; "
                    + "a column gene, if there is one, limits a row to that gene."),
            .option(
                "inheritance", "TSV",
                help:
                    "How genes' diseases are inherited where HPO's annotations do not say it: gene, inheritance (AD, AR, XL, XLR, XLD, SD, MT, YL; several with /)."
            ),
            .option("reference", "FASTA", help: "With --variants: the reference, for repeats (PM4, BP3)."),
            .option(
                "transcripts", "GFF3",
                help:
                    "With --variants: the gene models that they were annotated with, for splice sites and shares of proteins (PVS1)."
            ),
            .option(
                "clinvar", "VCF[=SOURCE]",
                help:
                    "With --variants: ClinVar's VCF, annotated with the same transcripts, for other variants of the gene (PS1, PM5, PM1)."
            ),
            .flag("count-clinvar", help: "ClinVar's word on the allele itself counts, as PP5 and BP6."),
            .option(
                "knowledge-folder", "DIR",
                help: "Tables of panels, constraint and inheritance instead of those that come with the suite."),
            .option("output", "TSV", help: "With --cases: where the table goes; compressed where it ends in .gz."),
            .option(
                "limit", "N", help: "Genes a case: 10 with --case and 100 with --cases if not given."),
            .option(
                "method", "learned|likelihood-ratio",
                help:
                    "How a term is weighed: by a network that learned from published cases, or as LIRICAL does, by those that were seen.",
                default: "learned"),
            .option("model", "FILE", help: "A model that `train phenotype` made; that of the suite if not given."),
        ] + phenotypeKnowledge + [force], ignoredOptions: connectionOptions)

    private static let phenotypeKnowledge: [Command.Option] = [
        .option(
            "knowledge", "DIR",
            help:
                "Where hp.obo, phenotype.hpoa and the table of genes are (gene_disease.tsv or genes_to_disease.txt; all may end in .gz): "
                + "clinical/phenotype in HELICASE_DATA, or in ../shared/data, if not given."),
        .option("ontology", "OBO", help: "HPO's ontology, instead of that in --knowledge."),
        .option("annotations", "HPOA", help: "HPO's annotations, instead of those in --knowledge."),
        .option(
            "gene-diseases", "TSV",
            help: "Which genes cause which diseases (gene_symbol, disease_id), instead of the table in --knowledge."),
    ]

    static let trainPhenotype = Command(
        name: "phenotype", summary: "fits the network that weighs phenotypes to published cases",
        discussion: """
            A case is a line of JSON as `diagnose --cases` reads it, with its answer (gene) and the papers that it is from (ref). Annotations \
            that cite one of a case's papers are taken away while it is looked at, for they were made from it. Folds keep papers and \
            genes whole; their figures are printed, and the model is then fitted to all cases.
            """,
        examples: [
            .init(
                "helicase train phenotype --cases cases.train.jsonl.gz --output phenotype.safetensors",
                "makes the suite's model")
        ],
        options: [
            .option("cases", "JSONL", help: "Cases with their answers.", isRequired: true),
            .option("output", "FILE", help: "Where the model goes.", isRequired: true),
            .option("seed", "N", help: "Seed of the first member; 1 if not given."),
            .option("epochs", "N", help: "Passes over the cases."),
            .option("members", "N", help: "Networks whose mean is said."),
            .option("folds", "N", help: "Folds to judge by; 0 fits at once.", default: "5"),
        ] + phenotypeKnowledge + [force], ignoredOptions: connectionOptions + ["json"])
}
