import Commands

extension CommandTree {
    static let annotate = Command(
        name: "annotate", summary: "says what variants do to transcripts, and what is known of them",
        discussion: """
            Reads a sorted VCF, plain or bgzip, with any number of samples or none, and writes all of its records again with INFO CSQ, an entry an \
            allele and transcript in the columns of Ensembl's VEP, so that its readers (bcftools +split-vep, vcf2maf, Exomiser) \
            read it: terms of the Sequence Ontology, exon, positions, amino acids, codons, and in PICK the transcript that is \
            chosen: MANE Select, then those of --preferred, RefSeq Select, Ensembl canonical, APPRIS principal, else the longest \
            coding sequence. Phased neighbours (`|`, PS) in one codon or one reading frame are told together, and HAPLOTYPE names \
            them; unphased ones are told alone. NMD says whether a premature stop codon escapes decay. Codons of the \
            mitochondrion are read by its own code.

            Contigs may be called 1 or chr1 in each file. A record whose REF is not the reference's gets REF_MISMATCH and nothing else, \
            one on a contig that the reference lacks stays as it is; the exit status is 1 then.
            """,
        examples: [
            .init(
                "helicase annotate --variants S.vcf.gz --reference GRCh38.fa.gz --transcripts Homo_sapiens.GRCh38.gff3.gz --output S.csq.vcf.gz",
                "consequences"),
            .init(
                "helicase annotate --variants S.vcf.gz --reference GRCh38.fa.gz --annotations gnomad.vcf.gz:AF,AN=gnomad_ "
                    + "--annotations clinvar.vcf.gz:CLNSIG,CLNREVSTAT --output S.known.vcf.gz",
                "frequencies, as gnomad_AF and gnomad_AN, and what ClinVar says"),
        ],
        options: [
            .option("variants", "VCF", help: "The records, sorted.", isRequired: true),
            .option("reference", "FASTA", help: "The reference, plain or bgzip.", isRequired: true),
            .option(
                "transcripts", "GFF3",
                help: "Gene models as Ensembl, GENCODE or NCBI publish them, plain or compressed."),
            .option(
                "annotations", "FILE[:TAG,…][=PREFIX]",
                help:
                    "INFO fields of an indexed VCF, all if no TAG is named, under names that begin with PREFIX; alleles are compared "
                    + "trimmed and left-aligned. Repeat for more files.", isRepeatable: true),
            .option(
                "preferred", "FILE",
                help: "Accessions of transcripts that come right behind MANE Select, such as NCBI's LRG_RefSeqGene."),
            .flag("local", help: "Each record alone, whatever its phase."),
            .flag(
                "one-haplotype",
                help: "The first alternates of a file without genotypes lie on one haplotype; alone if not given."),
            .flag("pick", help: "Only the chosen transcript of each allele."),
            .flag("bcsq", help: "The consequences in the form of `bcftools csq` as well (INFO BCSQ)."),
            .option("output", "VCF", help: "Where the records go (bgzip, with an index).", isRequired: true),
            force,
        ], ignoredOptions: connectionOptions)
}
