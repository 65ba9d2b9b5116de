import Commands

/// What calls mean for a person.
extension CommandTree {
    static let classify = Command(
        name: "classify",
        summary: "judges the 28 ACMG/AMP criteria of variants, or combines those that a person assigned",
        discussion: """
            --variants reads a VCF or BCF with INFO CSQ (helicase annotate, VEP) and judges all 28 criteria of Richards and others \
            2015 for each allele that the sample has: met with a strength, not met, or not evaluable with what is missing. The \
            recommendations of ClinGen that came later, and its panels' own thresholds and regions, are used; no evidence counts \
            twice, and ClinVar's word on the allele itself counts only with --count-clinvar. Without CSQ, --reference and --transcripts annotate \
            on the way. What each option adds: --transcripts splice sites and shares of proteins (PVS1), --reference repeats (PM4, BP3), --clinvar \
            other variants of the gene (PS1, PM5, PM1, PP2, BP1), INFO fields such as gnomad_AF frequencies (BA1, BS1, BS2, PM2), \
            --pedigree parents in the same file (PS2, PM6), --case phenotypes (PP4), --assigned what people judged (PS3, BS3, PS4, BP5, \
            and any other, whose computed outcome is said then). The table has the columns variant, gene, transcript, consequence, \
            hgvs_c, hgvs_p, zygosity, criteria_met, points, class_points, class_2015, remark, panel and not_evaluable; --json prints \
            a line an allele with all 28 and their reasons.

            --criteria reads a table with the columns variant and criteria_met: the codes that a person found met, separated by \
            commas, each with another strength than its name's behind it (PM3_Strong, PVS1_Moderate). Both ways write the points \
            and their class (Tavtigian and others 2020), and the class of the rules of 2015, beside each other; where they differ a \
            remark says so. What cannot be read is named, the rest is classified, and the exit status is 1. Not for clinical use until a \
            laboratory has validated it.
            """,
        examples: [
            .init(
                "helicase classify --variants S.known.vcf.gz --transcripts T.gff3 --reference R.fa --clinvar clinvar.csq.vcf.gz --output S.classes.tsv",
                "all 28 criteria of a person's annotated calls"),
            .init(
                "helicase classify --variants trio.csq.vcf.gz --sample CHILD --pedigree trio.ped --output child.tsv --json",
                "with the parents' calls, and the reasons as JSON Lines"),
            .init("helicase classify --criteria T.tsv --output O.tsv", "each variant's points and classes"),
        ],
        options: [
            .option("variants", "VCF", help: "Annotated calls, plain or compressed."),
            .option("criteria", "TABLE", help: "TSV or CSV: variant, criteria_met."),
            .option("sample", "NAME", help: "Whose calls; the file's only sample if not given."),
            .flag("sites", help: "All alleles of the file, whoever has them."),
            .option(
                "reference", "FASTA", help: "The reference, plain or bgzip: for repeats, and for calls without CSQ."),
            .option(
                "transcripts", "GFF3",
                help: "The gene models that the calls were annotated with, or that they are annotated with on the way."),
            .option(
                "clinvar", "VCF[=SOURCE]",
                help:
                    "ClinVar's VCF, annotated by helicase annotate with the same transcripts; clinvar@2026-11 as SOURCE names its version."
            ),
            .option(
                "frequencies", "PREFIX=SOURCE",
                help:
                    "INFO fields that begin with PREFIX are frequencies of SOURCE (gnomad_=gnomad@2.1.1). All that end in _AF count if not given. "
                    + "Repeat for more.", isRepeatable: true),
            .option(
                "pedigree", "PED", help: "Who is whose child; the parents' calls are those of the same file of text."),
            .option(
                "case", "JSON", help: "A phenopacket, version 2, whose terms are compared with the gene's diseases."),
            .option(
                "knowledge", "DIR",
                help: "With --case: where hp.obo and the other files of phenotypes are, as of diagnose."),
            .option("ontology", "OBO", help: "With --case: HPO's ontology, instead of that in --knowledge."),
            .option("annotations", "HPOA", help: "With --case: HPO's annotations, instead of those in --knowledge."),
            .option(
                "gene-diseases", "TSV",
                help: "With --case: which genes cause which diseases, instead of the table in --knowledge."),
            .option(
                "assigned", "TSV",
                help:
                    "What people judged: variant_id (chr1:100:C:T), criterion, strength (empty or not_met: not met), evidence."
            ),
            .option(
                "knowledge-folder", "DIR",
                help: "Tables of panels, constraint and inheritance instead of those that come with the suite."),
            .flag("count-clinvar", help: "ClinVar's word on the allele counts, as PP5 and BP6."),
            .option("output", "TSV", help: "Where the classes go; compressed where it ends in .gz.", isRequired: true),
            force,
        ], ignoredOptions: connectionOptions)
}
