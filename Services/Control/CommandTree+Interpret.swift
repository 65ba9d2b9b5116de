import Commands

/// What calls mean for a person.
extension CommandTree {
    static let interpret = Command(
        name: "interpret", summary: "says what a person's variants mean: a report as JSON, FHIR and a page",
        discussion: """
            Annotates the calls, holds each allele against all 28 criteria of ACMG and AMP, and reports those that answer the question: of \
            --case, a GA4GH Phenopacket, alleles in genes whose diseases fit what the person shows; of --genes, alleles in them. \
            Leaves S.report.json, S.report.fhir.json (HL7 FHIR R4, Genomics Reporting), S.report.html and S.annotated.vcf.gz in the output \
            folder; all hold the same findings. Every allele that is none is counted with the reason. `helicase run` makes the same \
            report of reads.

            With --pedigree, or a phenopacket's family, the relatives in the same file of calls speak too: whether an allele is new (PS2, PM6; \
            the calls have to confirm the parents for PS2), whether the gene's other allele lies on the other chromosome (PM3, BP2), and whether \
            affected relatives have it (PP1, BS4, by informative meioses). Parents whom the calls deny are refused.

            Medically actionable findings that nobody asked for are looked for with --secondary-findings alone: say so only where the \
            person consents. Not for clinical use until a laboratory has validated it.
            """,
        examples: [
            .init(
                "helicase interpret --variants S.vcf.gz --reference GRCh38.fa.gz --transcripts genes.gff3.gz --clinvar clinvar.vcf.gz "
                    + "--frequencies gnomad=gnomad.vcf.gz --case case.json --output out",
                "for a person with a suspected disease"),
            .init(
                "helicase interpret --variants S.vcf.gz --reference GRCh38.fa.gz --transcripts genes.gff3.gz --genes BRCA1,BRCA2 --output out",
                "two genes"),
        ],
        options: [
            .option("variants", "VCF", help: "The calls, sorted.", isRequired: true),
            .option(
                "sample", "NAME",
                help: "Whose; the case's subject.id, the pedigree's only child, or the only sample if not given."),
            .option("reference", "FASTA", help: "The reference, plain or bgzip.", isRequired: true),
        ] + clinicalFiles + [
            .option("alignments", "BAM", help: "The reads, sorted and indexed, for pictures beside findings."),
            .option("callable", "BED", help: "Where something could have been called: how well --genes were seen."),
            .option("output", "DIR", help: "Where the report goes.", isRequired: true),
            force,
        ], ignoredOptions: connectionOptions)

    /// What is asked about a person, and the files that answer.
    static let clinicalFiles: [Command.Option] = [
        .option("transcripts", "GFF3", help: "Gene models as Ensembl, GENCODE or NCBI publish them."),
        .option("clinvar", "VCF", help: "ClinVar's VCF, indexed."),
        .option(
            "frequencies", "NAME=VCF", help: "Frequencies (AF, AC, AN), indexed, and what the report calls them.",
            isRepeatable: true),
        .option(
            "phenotypes", "DIR",
            help:
                "Where hp.obo, phenotype.hpoa and the table of genes are; with --case that of the data if not given."),
        .option("case", "JSON", help: "What the person shows: a GA4GH Phenopacket, version 2."),
        .option(
            "pedigree", "PED",
            help:
                "Who is whose child and who has the disease: six columns; the relatives' calls are those of the same file (helicase joint). The "
                + "pedigree of --case if not given."),
        .option("genes", "GENE,…|all", help: "The genes that are asked about."),
        .flag(
            "secondary-findings", help: "The person consents to medically actionable findings that nobody asked for."),
        .option(
            "secondary-list", "TSV",
            help:
                "The list of these findings instead of the suite's ACMG SF v3.3: gene, disease, disease_id, inheritance, since, report, source."
        ),
        .flag("drugs", help: "Names alleles of pharmacogenes, and what guidelines advise (GRCh38)."),
        .option(
            "scores", "TXT",
            help:
                "A polygenic score, a scoring file of the PGS Catalog, as `helicase risk` tells it; the calls have to have the score's sites "
                + "(of reads: --sites). Repeat for more.", isRepeatable: true),
        .option("panel", "VCF", help: "With --scores: people, 100 or more, among whom percentiles are told."),
        .option(
            "labels", "TSV",
            help:
                "With --panel: the populations of its people (sample, superpopulation), of which the nearest is named."),
        .option(
            "laboratory", "JSON",
            help:
                "Who answers for the report: name, address, licence, director, orderedBy, patient, specimen, received, test."
        ),
    ]
}
