import Commands

extension CommandTree {
    static let simulateReads = Command(
        name: "reads", summary: "reads of a genome with known variants, where they truly lie, and their truth set",
        discussion: """
            Leaves in the output folder S.R1.fastq.gz and S.R2.fastq.gz, or S.fastq.gz of long reads; S.bam, in which each read lies at its \
            true place with its true CIGAR, HP says its haplotype, and XO:Z:paralog or XO:Z:contamination whose it is where it is not of \
            the sample's haplotypes; S.truth.vcf.gz, phased; S.regions.bed, where the truth is complete. The same seed gives the same bytes on \
            any machine.

            A profile says how reads are made: one of hiSeq2000, hiSeqX, fourLevels, old2010, hifi and ontR10, or a file of `helicase simulate profile`.
            """,
        examples: [
            .init(
                "helicase simulate reads --reference MT.fa --sample S --coverage 60 --spacing 400 --output sim",
                "a sample of a mitochondrial genome"),
            .init(
                "helicase simulate reads --reference R.fa --variants HG002.vcf.gz --regions megabase.bed --profile ontR10 "
                    + "--coverage 30 --sample HG002 --output ont", "nanopore reads of a person whose variants are known"
            ),
            .init(
                "helicase simulate reads --reference R.fa --profile mine.json --contamination 0.02 --paralogs 0.05 --output hard",
                "reads as of one's own sequencer, with a stranger's and with unknown copies"),
        ],
        options: [
            .option("reference", "FASTA", help: "The genome.", isRequired: true),
            .option(
                "sample", "NAME", help: "The sample; of several in --variants the one that is meant.",
                default: "SIMULATED"),
            .option("profile", "NAME|FILE", help: "How reads are made.", default: "hiSeqX"),
            .option("coverage", "N", help: "Mean depth.", default: "40"),
            .option("read-length", "BASES", help: "The bases of a short read, instead of the profile's."),
            .option("variants", "VCF", help: "The sample's variants, with genotypes; random ones if not given."),
            .option("spacing", "BASES", help: "Mean distance between random variants; 1000 if not given."),
            .option("regions", "BED", help: "Where fragments begin; everywhere if not given."),
            .option(
                "contamination", "FRACTION", help: "The part of the fragments that are another person's.", default: "0"),
            .option(
                "paralogs", "FRACTION",
                help: "The part of the fragments that come from copies which the reference lacks, 1 to 3 % diverged.",
                default: "0"),
            .option(
                "chimeras", "FRACTION",
                help: "The part of the fragments that join two places, instead of the profile's."),
            .option(
                "clipped", "FRACTION", help: "The part of the reads' ends that are noise, instead of the profile's."),
            .option("seed", "N", help: "Seed of everything random.", default: "1"),
            .option("workers", "N", help: "Threads; as many as there are processors if not given."),
            .option("output", "DIR", help: "Where the files go.", isRequired: true), force,
        ])
}
