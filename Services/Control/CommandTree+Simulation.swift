import Commands

extension CommandTree {
    static let simulateReads = Command(
        name: "reads", summary: "reads of a genome with known variants, where they truly lie, and their truth set",
        discussion: """
            Leaves in the output folder S.R1.fastq.gz and S.R2.fastq.gz, or S.fastq.gz of long reads; S.bam, in which each read lies at its \
            true place with its true CIGAR, HP says its haplotype, and XO:Z:paralog or XO:Z:contamination whose it is where it is not of \
            the sample's haplotypes; S.truth.vcf.gz, phased; S.regions.bed, where the truth is complete. The same seed gives the same bytes on \
            any machine.

            A profile says how reads are made: one of hiSeq2000, hiSeqX, fourLevels, novaSeq, old2010, hifi and ontR10, or a file of `helicase simulate profile`.
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

    static let simulateProfile = Command(
        name: "profile", summary: "learns from aligned reads how a sequencer reads, for `simulate reads`",
        discussion: """
            One pass over files that are sorted by position, in flat memory. Errors are counted in reads of mapping quality 20 and more that \
            are no duplicates, where the sample is as the reference: outside of the variants of --truth, or, without one, where fewer than a \
            fifth of the reads differ. Nanopore reads agree on wrong lengths of long homopolymers, so their profiles need a truth. A table for which a file \
            has too little is taken from a profile of the suite, and is named.
            """,
        examples: [
            .init(
                "helicase simulate profile --alignments X.bam --reference R.fa --output mine.json",
                "a profile of one's own sequencer"),
            .init(
                "helicase simulate profile --alignments HG002.bam --reference R.fa --truth HG002.vcf.gz --regions confident.bed "
                    + "--output ont.json --compare", "of a sample that is known, beside a simulated twin"),
        ],
        options: [
            .option(
                "alignments", "FILE", help: "SAM, BAM or CRAM; may be repeated.", isRequired: true, isRepeatable: true),
            .option("reference", "FASTA", help: "What the reads are aligned to.", isRequired: true),
            .option("truth", "VCF", help: "The sample's variants, which do not count as errors."),
            .option("regions", "BED", help: "Where to look; everywhere if not given."),
            .option(
                "technology", "KIND",
                help: "short-pairs, hifi or nanopore; what the read groups say, or lengths and qualities, if not given."
            ),
            .option("name", "TEXT", help: "What the profile is called; the files' names if not given."),
            .flag(
                "compare",
                help:
                    "Prints the candidates of the reads beside those of a simulated twin that is mapped as they are (needs --truth)."
            ),
            .option("output", "JSON", help: "Where the profile goes.", isRequired: true), force,
        ])
}
